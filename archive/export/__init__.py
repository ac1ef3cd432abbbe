"""What other people's players and readers need of an archive: indexes and packages."""
