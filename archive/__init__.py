"""Stores the captures of crawls and gives them back: WARC files, SQLite, search, verification.

It does not depend on crawling: it imports warcio, sqlite_utils and the standard library only.
"""
