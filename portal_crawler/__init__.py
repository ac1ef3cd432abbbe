"""Goes from the web to an Article: portals, platforms, capture, cleaning and the crawl command."""
