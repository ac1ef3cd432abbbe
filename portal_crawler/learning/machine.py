"""Where pages say the same for machines."""

MACHINE_DATES = (
    'meta[property="article:published_time"]::attr(content)',
    'meta[itemprop="datePublished"]::attr(content)',
    '[itemprop="datePublished"]::attr(content)',
    "time[datetime]::attr(datetime)",
    'meta[name="pubdate"]::attr(content)',
)
"""When the article was published, in the order of trust."""
