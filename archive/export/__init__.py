"""Exports an archive for other players and readers: indexes and packages."""
