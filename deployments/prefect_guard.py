"""ASGI middleware that protects Prefect's server from cross-site requests and DNS rebinding, and serves a public path.

Prefect checks the password itself. But a browser that has stored the password sends it with requests of any page that
its owner opens, and a page whose name was made to point at this machine counts as the server's own. Both show in the
headers Host, Origin (RFC 6454) and Sec-Fetch-Site (W3C Fetch Metadata). Programs send neither of the last two.

Behind a reverse proxy the UI stands below the path of a public address, and finds Prefect's API below it too; programs
of this computer call that API at its usual path.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge.own_names import is_own_page, names_this_server
from api.edge.public_path import within
from phonefleet.public_url import PublicUrl

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?", re.IGNORECASE)
_OWN: Final = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site for requests of the server's own pages, and for typed addresses and bookmarks."""
_READING: Final = frozenset({"GET", "HEAD"})
_API: Final = "/api/"
_POLICY_VIOLATION: Final = 1008
_HEADERS: Final = (
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)
"""Headers against clickjacking: no other page may embed the UI."""


class PrefectGuard:
    """Wraps Prefect's application, for HTTP and WebSocket.

    `bound_to` is the address that the server listens on, `public` the one at which others open the UI, if there is one.
    """

    def __init__(self, app: ASGIApp, bound_to: str, public: PublicUrl | None = None) -> None:
        self._app = app
        self._public = public
        self._bound_to = bound_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or refuse it with 403; a WebSocket is refused before it opens."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
        elif (complaint := self._complaint(scope)) is None:
            await self._serve(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": complaint})
        else:
            await JSONResponse({"exception_message": complaint}, 403)(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the API below the public path and without it, and lead who opens the UI elsewhere to where it is."""
        public, path = self._public, str(scope["path"])
        if public is None or not public.path or path.startswith(_API):
            await self._app(scope, receive, send)
        elif path.startswith(public.path + _API):
            await self._app(within(scope, public), receive, send)
        elif path.startswith(f"{public.path}/") or scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            rest = "/" if path == public.path else path
            query = scope["query_string"].decode("latin-1")
            there = f"{public.path}{rest}" + (f"?{query}" if query else "")
            await RedirectResponse(there)(scope, receive, send)

    def _complaint(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = ",".join(headers.getlist("host"))  # several Host headers are refused too
        named = _HOST.fullmatch(host)
        if named is None or not names_this_server(named[1], self._bound_to, self._public):
            return "The Host header must name this machine, as in http://localhost"
        origin = headers.get("origin")
        if origin is not None and not is_own_page(origin, named, self._public):
            return "Pages of other sites may not use this server"
        if headers.get("sec-fetch-site", "none") not in _OWN and not _follows_a_link(scope, headers):
            return "Pages of other sites may not use this server"
        return None


def _follows_a_link(scope: Scope, headers: Headers) -> bool:
    """Tell whether this is a link followed to a page of the UI, such as from the API's answers or a notification."""
    return (
        scope["type"] == "http"
        and scope["method"] in _READING
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(each for each in _HEADERS if each[0] not in present)]
        await send(message)

    return sending
