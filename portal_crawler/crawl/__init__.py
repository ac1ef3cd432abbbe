"""Decides which requests a crawl makes, and their order: listings, articles, requisites."""
