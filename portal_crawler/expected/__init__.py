"""Saved pages of a portal, and the result that a person expects of them, in expected.json."""
