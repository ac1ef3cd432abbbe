"""One module a CMS family: how it lists, pages and marks up its news."""
