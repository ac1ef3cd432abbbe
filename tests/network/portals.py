"""A test portal in a world whose names resolve as the environment says.

NAMES is `portal.test=203.0.113.5,127.0.0.1;…`: the addresses of a name in turn, the last one again
and again; every other name is none. It takes the place of the system's resolver in the process of
the crawl. WIRE_HOURS are the portal's hours.
"""

import os
import socket

from tests.support.portals import Wire


class Named(Wire):
    """The portal `wire` under another name."""

    name = "named"
    hours = os.environ.get("WIRE_HOURS")
    requisite_hosts = ("*.portal.test",)


_given = (entry.partition("=") for entry in os.environ.get("NAMES", "").split(";"))
_names = {name: addresses.split(",") for name, _, addresses in _given}


def _resolved(name: str) -> str:
    addresses = _names.get(name)
    if addresses is None:
        try:
            return socket.inet_ntoa(socket.inet_aton(name))
        except OSError as error:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from error
    return addresses.pop(0) if len(addresses) > 1 else addresses[0]


socket.gethostbyname = _resolved
