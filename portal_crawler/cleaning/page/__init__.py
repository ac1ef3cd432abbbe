"""A page as a whole: its charset, its tree, and what to find in it."""
