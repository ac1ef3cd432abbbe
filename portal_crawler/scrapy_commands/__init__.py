"""Commands of Scrapy's own command line that this project has in place of Scrapy's."""
