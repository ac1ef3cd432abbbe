"""WARC 1.1 files: writing exchanges byte for byte, and reading them back."""
