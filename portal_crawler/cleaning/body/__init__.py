"""The body of an article: from its elements to blocks, captions, bylines and attachments."""
