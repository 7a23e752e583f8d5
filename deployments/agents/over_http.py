"""Serves agents over streamable HTTP: every request with a token of the task API, whose roles hold here too.

It keeps no session and no token: whose request it is, the API says each time.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from mcp.server import MCPServer
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.edge.caller import network
from api.edge.throttle import TokenBuckets
from api.loops.threads import in_thread
from deployments.agents.access import bearer, wanted_language
from deployments.launcher.options import is_loopback
from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.answers import Me
from phonefleet.errors import Permanent
from phonefleet.words import said, say, speaking

PATH = "/mcp"
FAILURES_AT_ONCE = 5
FAILURES_A_SECOND = 0.05
"""How many wrong tokens an address may try here; the API allows this computer twice as many."""
_REALM = {"WWW-Authenticate": "Bearer"}
_SEND_TOKEN = say("agents.send_token", "Send the header Authorization: Bearer with your token")


class OpenToAll(Permanent):
    """Others could reach the fleet through this computer without a token."""


def check_closed(api_url: str, host: str, authority: Path | None = None) -> None:
    """Refuse to serve others where the API trusts every call of this computer.

    Raises:
        OpenToAll: set PHONEFLEET_API_TOKEN, or PHONEFLEET_TOKEN_NEEDED=always, for the API first.

    """
    if is_loopback(host):
        return
    with Client(api_url, authority=authority) as client:
        if not client.who_calls()["login_needed"]:
            message = say(
                "agents.open_to_all",
                "With --host {host} others reach the fleet through this computer, which needs no token: set "
                "PHONEFLEET_API_TOKEN or PHONEFLEET_TOKEN_NEEDED=always for the API first.",
                host=host,
            )
            raise OpenToAll(message)


def http_app(server: MCPServer, api_url: str, host: str, authority: Path | None = None) -> Starlette:
    """Return the application, which answers at `PATH`; names of other hosts are refused where it is on loopback."""
    app = server.streamable_http_app(streamable_http_path=PATH, stateless_http=True, json_response=True, host=host)
    app.add_middleware(TokenNeeded, api_url=api_url, always=not is_loopback(host), authority=authority)
    return app


def serve(app: Starlette, host: str, port: int) -> None:
    """Serve until a signal comes."""
    uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, ws="none")).run()


class TokenNeeded:
    """ASGI middleware that lets a request pass whose token the task API knows, or that needs none there.

    `always` refuses requests without a token whatever the API says. Pages of other sites are refused, too.
    """

    def __init__(self, app: ASGIApp, api_url: str, *, always: bool, authority: Path | None = None) -> None:
        self._app = app
        self._api_url = api_url
        self._authority = authority
        self._always = always
        self._failures = TokenBuckets(FAILURES_A_SECOND, FAILURES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        refusal = None
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            with speaking(wanted_language(headers)):
                refusal = await self._refusal(scope, headers)
        await (refusal or self._app)(scope, receive, send)

    async def _refusal(self, scope: Scope, headers: Headers) -> JSONResponse | None:
        address = network(str(scope["client"][0]) if scope.get("client") else "unknown")
        token = bearer(headers)
        if _is_foreign(headers):
            return _refused(403, say("agents.foreign_page", "Pages of other sites may not call this"))
        if delay := self._failures.check(address):
            wrong = say("agents.too_many_wrong", "Too many wrong tokens")
            return _refused(429, wrong, {"Retry-After": str(int(delay.wait) + 1)})
        if token is None and self._always:
            return _refused(401, _SEND_TOKEN, _REALM)
        try:
            known = not (await in_thread(_asked, self._api_url, token, self._authority))["login_needed"]
        except ApiUnreachable as error:
            return _refused(503, str(error))
        except ApiError:
            known = False
        if not known:
            if token is not None:
                self._failures.take(address)
            return _refused(401, _SEND_TOKEN, _REALM)
        return None


def _asked(api_url: str, token: str | None, authority: Path | None) -> Me:
    with Client(api_url, token, authority=authority) as client:
        return client.who_calls()


def _is_foreign(headers: Headers) -> bool:
    origin = headers.get("origin")
    try:
        return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    except ValueError:
        return True


def _refused(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": said(message)}, status, headers)
