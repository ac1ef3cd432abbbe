"""Keeps what a crawl captured and gives it back: WARC files, SQLite, search and verification.

Knows nothing of crawling: it imports warcio, sqlite_utils and the standard library only.
"""
