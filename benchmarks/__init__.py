"""Measurements: each module is a command that prints figures side by side with a named peer."""
