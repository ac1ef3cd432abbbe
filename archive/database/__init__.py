"""archive.db: its schema, and the modules that write and read its rows."""
