"""Starts crawls, in this process or in child processes, and shows their progress."""
