"""The departments whose portals this project is for, with or without a portal declared for them.

Pure but for its data file.
"""
