"""Shows archived pages in a web browser, from loopback: no script runs, nothing is fetched."""
