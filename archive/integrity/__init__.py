"""Checks whether an archive is whole, and which parts of a damaged file can be kept."""
