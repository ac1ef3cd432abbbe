"""Finds articles: parses a query, looks it up in the full-text indexes, and cuts excerpts."""
