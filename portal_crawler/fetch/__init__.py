"""Sends one request over the wire: scope, robots.txt, politeness, connections and answers."""
