"""The thread that records a crawl: WARC first, then rows."""
