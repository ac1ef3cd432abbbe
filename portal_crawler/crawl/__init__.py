"""Which requests a crawl makes, and in which order: listings, articles, requisites."""
