"""What every request passes first: who may call, how much may be sent, and what a browser may do with answers."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.envelope import FORBIDDEN, TOO_LARGE, UNAUTHORIZED, Problem
from api.failures import answer
from phonefleet.settings import Settings

LARGEST_BODY = 999_999
"""In bytes: a body of a megabyte is refused."""

_DRAINED = 32 * LARGEST_BODY
_HEALTH = ("/healthz", "/readyz")
_DOCUMENTATION = ("/docs", "/openapi.json")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine, seen from itself."""
    name = host.strip("[]").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


class Guard:
    """ASGI middleware that answers what must not reach the routes."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sending = _with_headers(send)
        try:
            self._check(scope)
            body = await _bounded(receive, Headers(scope=scope))
        except Problem as problem:
            await answer(problem)(scope, receive, sending)
            return
        await self._app(scope, _replay(body, receive), sending)

    def _check(self, scope: Scope) -> None:
        headers, path = Headers(scope=scope), str(scope["path"]).removeprefix("/api/v1")
        self._check_browser(headers)
        if path in _HEALTH:
            return
        if not self._settings.api_enabled:
            raise Problem(FORBIDDEN, "The API is switched off by PHONEFLEET_API_ENABLED", self._switched_off(path))
        if path not in _DOCUMENTATION:
            self._check_token(headers)

    def _check_browser(self, headers: Headers) -> None:
        """Refuse pages of other sites, also those whose name was made to point at this machine."""
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        if is_loopback(self._settings.host) and not is_loopback(host):
            raise Problem(FORBIDDEN, "The Host header must name this machine, as in http://localhost")
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            raise Problem(FORBIDDEN, "Pages of other sites may not call this API")

    def _check_token(self, headers: Headers) -> None:
        token = self._settings.api_token
        if token is None:
            return
        expected = f"Bearer {token.get_secret_value()}".encode()
        if not hmac.compare_digest(headers.get("authorization", "").encode("latin-1"), expected):
            raise Problem(UNAUTHORIZED, "Send the header Authorization: Bearer with the token of this server")

    def _switched_off(self, path: str) -> dict[str, Any] | None:
        return {"plan_name": "Self-hosted", "api_enabled": False} if path == "/license/check" else None


async def _bounded(receive: Receive, headers: Headers) -> bytes:
    """Return the body; one that is too large is read to its end (within reason), so that the client sees our answer."""
    chunks: list[bytes] = []
    size = int(declared) if (declared := headers.get("content-length", "")).isdecimal() and len(declared) < 20 else 0  # noqa: PLR2004
    too_large, size, more = size > LARGEST_BODY, 0, True
    while more and size <= _DRAINED:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        size += len(message.get("body", b""))
        too_large = too_large or size > LARGEST_BODY
        chunks = [] if too_large else [*chunks, message.get("body", b"")]
        more = bool(message.get("more_body", False))
    if too_large:
        raise Problem(TOO_LARGE, f"The body may have at most {LARGEST_BODY} bytes")
    return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out the body once, then whatever the client does."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else await receive()

    return replayed


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
