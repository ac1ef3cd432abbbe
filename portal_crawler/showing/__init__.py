"""Articles as HTML and Markdown, from the blocks of their bodies."""
