"""The rows and the pager of a listing page, declared or found by structure."""
