"""Finds the addresses that a page or stylesheet names, and can put others in their place. Pure.

Crawls capture these addresses and replay rewrites them, so both see the same ones.
"""
