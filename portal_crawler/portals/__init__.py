"""What a portal declares, how portals are found, and how their pages are read."""
