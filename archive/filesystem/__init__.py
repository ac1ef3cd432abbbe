"""The archive's folder: locks, turns, logs, free disk, files that appear whole."""
