"""Demo portals: invented sites that ship with the package, and a loopback server for them."""
