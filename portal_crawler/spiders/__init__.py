"""One module for each portal."""
