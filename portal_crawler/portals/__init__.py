"""The declarations of portals, the search for them, and the interface that reads their pages."""
