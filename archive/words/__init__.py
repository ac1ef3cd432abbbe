"""Vietnamese text as a search compares it: letters, words, terms of the search index. Pure."""
