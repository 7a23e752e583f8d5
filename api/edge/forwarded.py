"""Tells who has called through a reverse proxy, by the header X-Forwarded-For.

The header is believed only of the proxies that the owner has named: anybody can send it. What else proxies tell, such
as the scheme and the host, is not read: PHONEFLEET_PUBLIC_URL says it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import MutableMapping, Sequence
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from phonefleet.settings import Network, Settings

_KNOWN = 1024
_SIGNS = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"via"})
"""Headers (RFC 7239, RFC 9110, and what was usual before) that proxies add and clients have no reason to send."""


def came_through_proxy(scope: MutableMapping[str, Any]) -> bool:
    """Tell whether a request shows that a proxy has passed it on. One that adds no headers does not show."""
    return any(name in _SIGNS for name, _ in scope["headers"])


class Proxies:
    """The proxies whose word is taken; none without a public address."""

    def __init__(self, settings: Settings) -> None:
        trusted = settings.trusted_proxies if settings.public_url is not None else []
        self._trusts = lru_cache(_KNOWN)(partial(_is_among, networks=trusted))

    def client_of(self, peer: str, headers: Headers) -> str:
        """Return the address of the client: the last one that no trusted proxy has, or `peer` where none is told.

        Each proxy appends the address from which it was called, so what stands further left may be made up.
        """
        client = peer
        for told in reversed(headers.getlist("x-forwarded-for")):
            for part in reversed(told.split(",")):
                address = _address(part)
                if address is None or not self._trusts(client):
                    return client
                client = address
        return client


def _is_among(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a Unix socket, or a client without an address
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return any((mapped or parsed) in network for network in networks)


def _address(part: str) -> str | None:
    """Return one address of the header, without the port that some proxies add; None if it is none."""
    text = part.strip()
    for candidate in (text, _host(text)):
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return None


def _host(text: str) -> str:
    try:
        return urlsplit(f"//{text}").hostname or ""
    except ValueError:
        return ""
