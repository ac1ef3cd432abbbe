"""A test portal in a world whose names resolve as the environment says.

NAMES is `portal.test=203.0.113.5,::1+127.0.0.1;…`: the addresses of a name in turn, the last ones
again and again, `+` between those of one answer; `silence` is a name server that does not answer.
Every other name is none. It takes the place of the system's resolver in the process of the crawl.
WIRE_HOURS are the portal's hours, WIRE_HOSTS further entries of its hosts.
"""

import os
import socket
import time
from typing import Any

from portal_crawler.fetch.ip_addresses import address_in
from tests.support.portals import Wire

SILENCE_S = 60
"""As the system's resolver may take; a crawl must not."""


class Named(Wire):
    """The portal `wire` under another name."""

    name = "named"
    hours = os.environ.get("WIRE_HOURS")
    hosts = (*Wire.hosts, *os.environ.get("WIRE_HOSTS", "").split())
    requisite_hosts = ("*.portal.test",)


_given = (entry.partition("=") for entry in os.environ.get("NAMES", "").split(";"))
_names = {name: addresses.split(",") for name, _, addresses in _given}


_system = socket.getaddrinfo


def _resolved(host: str, *how: Any, **named: Any) -> list[tuple[Any, ...]]:
    if address_in(host) is not None:
        return list(_system(host, *how, **named))
    turns = _names.get(host)
    if turns is None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    given = turns.pop(0) if len(turns) > 1 else turns[0]
    if given == "silence":
        time.sleep(SILENCE_S)
    return [(0, 0, 0, "", (address, 0)) for address in given.split("+")]


socket.getaddrinfo = _resolved  # type: ignore[assignment]
