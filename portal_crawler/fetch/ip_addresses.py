"""Tells public IP addresses from those that lead into a private network. Pure."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Networks with an IPv4 address in the last 32 bits, for gateways (RFC 6052 §2.1, RFC 8215)."""

COMPATIBLE = IPv6Network("::/96")
"""The same, deprecated (RFC 4291 §2.5.5.1)."""


def address_in(host: str) -> Address | None:
    """The IP address that a host names as a number; None for a name.

    All forms that resolvers accept count: dotted, decimal, octal, hexadecimal, shortened; IPv6 with
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
    """Whether an address is a server's on the public internet.

    These are not: private, loopback, link-local (where clouds keep their metadata), shared (CGNAT),
    unspecified, reserved and multicast addresses, and IPv6 addresses that contain one of them.
    """
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address in an IPv6 address, if there is one."""
    given = address.ipv4_mapped or address.sixtofour
    if given is None and address.teredo is not None:
        given = address.teredo[1]
    if given is None and any(address in network for network in (*NAT64, COMPATIBLE)):
        given = IPv4Address(int(address) & 0xFFFFFFFF)
    return given
