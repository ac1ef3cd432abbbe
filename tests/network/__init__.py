"""What a crawl does to public servers, and what hostile ones cannot do to it."""
