"""Articles as pages to read: from the blocks of a body to HTML and Markdown."""
