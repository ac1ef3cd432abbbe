"""Other people's archive files: kept as they are, and read."""
