"""How portals stand: last runs, alarms, rhythm, metrics."""
