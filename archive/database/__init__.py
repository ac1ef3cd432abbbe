"""archive.db: its schema, what writes rows, and what reads them."""
