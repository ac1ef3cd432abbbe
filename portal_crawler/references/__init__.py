"""Finds the addresses that a page or stylesheet names, and can put others in their place. Pure.

What a crawl captures and what replay rewrites come from this one reading.
"""
