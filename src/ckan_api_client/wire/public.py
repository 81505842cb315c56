"""Which addresses are of the public internet: what a stranger may make this machine ask."""

from __future__ import annotations

import ipaddress

#: Networks whose addresses stand for one of IPv4, in their last 32 bits (RFC 6052).
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
#: Networks that lead elsewhere, or nowhere, though Python has them as global: 6to4, Teredo, NAT64 of a network's own,
#: site-local ones, and those for protocols.
_ELSEWHERE = tuple(
    ipaddress.ip_network(one)
    for one in ("2002::/16", "2001::/23", "64:ff9b:1::/48", "::/96", "fec0::/10", "192.0.0.0/24", "192.88.99.0/24")
)


def is_public(address: str) -> bool:
    """Tell whether an address, as a resolver gives it, is one of the public internet.

    Those of this machine, of private and shared networks, of links (and so of the metadata services of clouds), for
    many at once, and for documentation are not; one that stands for one of IPv4 is what that is.
    """
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or (ipaddress.IPv4Address(int(one) & 0xFFFFFFFF) if one in _TRANSLATED else None)
        if inner is not None:
            one = inner
    return one.is_global and not one.is_multicast and not any(one in network for network in _ELSEWHERE)
