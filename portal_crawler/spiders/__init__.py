"""One module a portal."""
