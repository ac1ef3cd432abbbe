"""One module for each CMS family: the markup, listings and addresses of its news."""
