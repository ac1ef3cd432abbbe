"""The state of portals: last runs, alarms, rhythm, coverage, metrics."""
