"""Reads the pages of a crawl, in its own process or in one beside it."""
