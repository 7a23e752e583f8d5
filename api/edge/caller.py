"""Identifies the caller of a request: its address, and whether its token is right.

A token is named by the beginning of its SHA-256 digest, and shown nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.datastructures import Headers

from api.edge.forwarded import Proxies
from phonefleet.settings import Settings

_KNOWN = 1024


@dataclass(frozen=True, slots=True)
class Caller:
    """A client; `actor` is "anonymous", or "token:" and eight digits of the digest; throttling counts by `key`."""

    address: str
    actor: str
    has_token: bool

    @property
    def key(self) -> str:
        """The token, else the address; of an IPv6 address the /64 network, all of which one client may have."""
        return self.actor if self.has_token else network(self.address)


@lru_cache(_KNOWN)
def network(address: str) -> str:
    """Return an IPv4 address as it is, an IPv6 address as its /64 network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return address


class Callers:
    """Identifies callers by the token of this server, and by their addresses, through the owner's proxy too."""

    def __init__(self, settings: Settings) -> None:
        token = settings.api_token.get_secret_value() if settings.api_token else None
        self._proxies = Proxies(settings)
        self._expected = None if token is None else f"Bearer {token}".encode()
        self._actor = "" if token is None else f"token:{hashlib.sha256(token.encode()).hexdigest()[:8]}"

    @property
    def need_token(self) -> bool:
        """Whether calls need a token at all."""
        return self._expected is not None

    def of(self, scope: MutableMapping[str, Any], headers: Headers) -> Caller:
        """Return the caller of a request; tokens are compared in constant time."""
        peer = str(scope["client"][0]) if scope.get("client") else "unknown"
        address = self._proxies.client_of(peer, headers)
        given = headers.get("authorization", "").encode("latin-1")
        if self._expected is not None and hmac.compare_digest(given, self._expected):
            return Caller(address, self._actor, has_token=True)
        return Caller(address, "anonymous", has_token=False)
