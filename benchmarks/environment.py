"""The environment of a measured process, as in a normal installation."""

import os


def environment(proxy: str | None = None) -> dict[str, str]:
    """This process's variables, without those that would change a measurement.

    Compiled modules are written and used, as pip does it; no address but the proxy's is asked.
    """
    left_out = {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONOPTIMIZE"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in left_out and not name.lower().endswith("_proxy")
    }
    return {**kept, "http_proxy": proxy} if proxy else kept
