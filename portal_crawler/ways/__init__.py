"""Ways of listing: how a crawl goes from one page of a listing to the next. Pure."""
