"""Demo portals: invented sites that ship with the package, and the loopback server for them."""
