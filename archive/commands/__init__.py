"""The commands of `portal` that only read an archive; they start without Scrapy."""
