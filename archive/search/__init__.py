"""Finding articles: what a person types, the full-text indexes, the words shown."""
