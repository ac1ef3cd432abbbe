"""Which internet addresses are anybody's, and which lead into a network of one's own. Pure."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""RFC 6052 §2.1 and RFC 8215: an IPv4 address in the last 32 bits, for gateways that unpack it."""

COMPATIBLE = IPv6Network("::/96")
"""RFC 4291 §2.5.5.1, deprecated: the same."""


def address_in(host: str) -> Address | None:
    """The address that a host given as a number is; None of a name.

    In every form that a resolver takes: dotted, decimal, octal, hexadecimal, shortened; IPv6 with
    or without brackets and zone.
    """
    bare = host.strip("[]")
    try:
        return ip_address(bare)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(bare)) if bare[:1].isdigit() else None
    except (OSError, ValueError):
        return None


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet's, for one server.

    Not: private, loopback, link-local (where clouds keep their metadata), shared (CGNAT),
    unspecified, reserved, multicast; nor what leads to one of them through IPv6.
    """
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, if any."""
    given = address.ipv4_mapped or address.sixtofour
    if given is None and address.teredo is not None:
        given = address.teredo[1]
    if given is None and any(address in network for network in (*NAT64, COMPATIBLE)):
        given = IPv4Address(int(address) & 0xFFFFFFFF)
    return given
