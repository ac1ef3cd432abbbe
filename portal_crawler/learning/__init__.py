"""Learning the layout of a site from its own pages, and reading pages by the learned layout.

Pure functions over bytes and values: their callers decide when to learn and where to keep a model.
"""
