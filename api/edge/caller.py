"""Who calls: the address, and whether the token was right. A token is named by a digest, never shown."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.datastructures import Headers

from phonefleet.settings import Settings

_KNOWN = 1024


@dataclass(frozen=True, slots=True)
class Caller:
    """A client; `actor` is "anonymous" or names the token, `key` is what limits are counted by."""

    address: str
    actor: str
    has_token: bool

    @property
    def key(self) -> str:
        """The token's holder, else the address; for IPv6 the network, which one client has whole."""
        return self.actor if self.has_token else network(self.address)


@lru_cache(_KNOWN)
def network(address: str) -> str:
    """Return the address, for IPv6 its /64."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return address


class Callers:
    """Knows the token of this server."""

    def __init__(self, settings: Settings) -> None:
        token = settings.api_token.get_secret_value() if settings.api_token else None
        self._expected = None if token is None else f"Bearer {token}".encode()
        self._actor = "" if token is None else f"token:{hashlib.sha256(token.encode()).hexdigest()[:8]}"

    @property
    def need_token(self) -> bool:
        """Whether calls need a token at all."""
        return self._expected is not None

    def of(self, scope: MutableMapping[str, Any], headers: Headers) -> Caller:
        """Return who makes a request; the token is compared in constant time."""
        address = str(scope["client"][0]) if scope.get("client") else "unknown"
        given = headers.get("authorization", "").encode("latin-1")
        if self._expected is not None and hmac.compare_digest(given, self._expected):
            return Caller(address, self._actor, has_token=True)
        return Caller(address, "anonymous", has_token=False)
