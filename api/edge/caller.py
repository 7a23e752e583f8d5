"""Identifies the caller of a request: its address, and who it is by its token or its session.

A token is named by the beginning of its SHA-256 digest, and shown nowhere.
"""

from __future__ import annotations

import ipaddress
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.datastructures import Headers

from api.edge.forwarded import Proxies, came_through_proxy
from api.persons import cookie
from api.persons.identity import Identities, Identity
from phonefleet.errors import LedgerUnreachable
from phonefleet.settings import Settings

_KNOWN = 1024


@dataclass(frozen=True, slots=True)
class Caller:
    """A client; `reached` is false where only the database could have told who it is. Throttling counts by `key`."""

    address: str
    identity: Identity
    through_proxy: bool = False
    reached: bool = True

    @property
    def actor(self) -> str:
        """The word "anonymous", or "token:" and eight digits of the token's digest."""
        return self.identity.actor

    @property
    def key(self) -> str:
        """The token, else the address; of an IPv6 address the /64 network, all of which one client may have."""
        return self.actor if self.identity.has_token else network(self.address)


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
    """Identifies callers by their tokens and sessions, and by their addresses, through the owner's proxy too."""

    def __init__(self, settings: Settings) -> None:
        self._proxies = Proxies(settings)

    async def of(self, scope: MutableMapping[str, Any], headers: Headers, identities: Identities) -> Caller:
        """Return the caller of a request. A token counts rather than a session, whose place is in browsers.

        Where no token is needed, whoever calls from this computer is trusted. A proxy here calls for everybody in the
        world, so what has come through one is never trusted for where it comes from.
        """
        peer = str(scope["client"][0]) if scope.get("client") else "unknown"
        address, through_proxy = self._proxies.client_of(peer, headers), came_through_proxy(scope)
        try:
            identity = await _identity(str(scope.get("method", "")), headers, identities)
        except LedgerUnreachable:
            return Caller(address, Identity(), through_proxy, reached=False)
        if through_proxy and not identity.has_token:
            identity = Identity()
        return Caller(address, identity, through_proxy)


async def _identity(method: str, headers: Headers, identities: Identities) -> Identity:
    if "authorization" in headers:
        return await identities.of_token(_bearer(headers["authorization"]))
    secret = cookie.secret_in(headers)
    if secret is not None and cookie.counts(method, headers):
        return await identities.of_session(secret)
    return identities.nobody


def _bearer(header: str) -> str:
    """Return the token of an Authorization header; "" where it holds none, which is nobody's."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
