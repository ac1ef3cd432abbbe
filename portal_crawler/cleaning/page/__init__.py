"""A page as a whole: its charset, its tree, its selectors and addresses."""
