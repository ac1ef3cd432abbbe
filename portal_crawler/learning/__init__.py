"""Learning the layout of a site from its own pages, and reading pages by what was learned.

Pure functions over bytes and values: the crawl decides when to learn and where a model is kept.
"""
