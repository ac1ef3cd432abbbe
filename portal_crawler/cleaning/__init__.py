"""Pure functions from a page to an Article: no input or output, and no Scrapy."""
