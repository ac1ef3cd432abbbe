"""Looks at a site, or at a portal that exists, by a few requests: `portal new`, `portal check`."""
