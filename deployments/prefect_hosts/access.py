"""ASGI middleware: a joined host's token stands for Prefect's password, for the calls that a worker makes.

The token comes as Bearer, or as the password of Basic, as Prefect's clients send it (RFC 6750, RFC 7617); over the
WebSockets of workers in their first message, {"type": "auth", "token": …}. Whoever shows no such token, Prefect judges.
"""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, Final, cast

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.prefect_hosts.calls import SOCKETS, Decision, decides_about, may_call
from deployments.prefect_hosts.runs import HostRuns
from deployments.prefect_hosts.tokens import FRESH, ApiAway, HostTokens, TooManyTokens
from phonefleet.text import printable

_log = logging.getLogger(__name__)

TOKEN_PREFIX: Final = "ph_host_"  # noqa: S105 - the beginning of all of them
_OF_BODIES: Final = frozenset({b"content-length", b"content-type", b"transfer-encoding", b"accept-encoding"})
_POLICY_VIOLATION, _TRY_AGAIN = 1008, 1013
"""Codes that a WebSocket is closed with (RFC 6455, 7.4.1, and IANA's registry)."""
_UNKNOWN: Final = "This is no token of a host: it was removed, or never added (phonefleet host add)"
_AWAY: Final = "The API does not answer, which alone knows whose token this is"
_TOO_MANY: Final = "Too many unknown tokens were tried: wait a minute"
_NOT_A_CALL: Final = "The token of a host is for its worker, which never calls this"
_NOT_ITS_OWN: Final = "This run is not on a phone of this host, or another host has it in hand"


class HostAccess:
    """Wraps Prefect's application; `auth` is its user:password, `tokens` knows the hosts, and `runs` their runs."""

    def __init__(self, app: ASGIApp, auth: str, tokens: HostTokens, runs: HostRuns) -> None:
        self._app = app
        self._auth = auth
        self._tokens = tokens
        self._runs = runs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it as Prefect refuses."""
        if scope["type"] == "websocket" and scope["path"] in SOCKETS:
            await _Socket(scope, receive, send, self._auth, self._tokens).serve(self._app)
        elif (token := _token_in(scope)) is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": _NOT_A_CALL})
        elif (refusal := await self._refusal(scope, token)) is not None:
            await refusal(scope, receive, send)
        else:
            await self._app(_with_login(scope, self._auth), receive, send)

    async def _refusal(self, scope: Scope, token: str) -> JSONResponse | None:
        try:
            host = await self._tokens.host_of(token, _address(scope))
        except ApiAway:
            return _refused(HTTPStatus.SERVICE_UNAVAILABLE, _AWAY)
        except TooManyTokens:
            return _refused(HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY)
        if host is None:
            return _refused(HTTPStatus.UNAUTHORIZED, _UNKNOWN)
        if may_call(scope["method"], scope["path"]):
            return await self._refused_run(scope, token, host)
        _log.warning("the worker of the host %s may not call %s %s", host, scope["method"], printable(scope["path"]))
        return _refused(HTTPStatus.FORBIDDEN, _NOT_A_CALL)

    async def _refused_run(self, scope: Scope, token: str, host: str) -> JSONResponse | None:
        """Return the refusal of a call that decides about a run of others; None for any other call.

        A state is refused as Prefect itself refuses one, so that the engine leaves the run as it is.
        """
        found = decides_about(scope["method"], scope["path"])
        if found is None:
            return None
        try:
            run_id = await self._flow_run_of(scope, found)
            if run_id is None or await self._runs.is_own(token, run_id, partial(self._read, scope)):
                return None
        except ApiAway:
            return _refused(HTTPStatus.SERVICE_UNAVAILABLE, _AWAY)
        _log.warning("the host %s decides about a run that is not its own: %s", host, run_id)
        if not found.sets_state:
            return _refused(HTTPStatus.FORBIDDEN, _NOT_ITS_OWN)
        details = {"type": "abort_details", "reason": _NOT_ITS_OWN}
        return JSONResponse({"state": None, "status": "ABORT", "details": details})

    async def _flow_run_of(self, scope: Scope, found: Decision) -> str | None:
        """Return the flow run that a call decides about; None for a step of none."""
        if found.kind == "flow_runs":
            return found.id
        step = await self._read(scope, f"/task_runs/{found.id}")
        return None if step is None else step.get("flow_run_id")

    async def _read(self, scope: Scope, path: str) -> dict[str, Any] | None:
        """Read something in Prefect, as Prefect's own client would."""
        whole = f"/api{path}"
        where: dict[str, Any] = {"method": "GET", "path": whole, "raw_path": whole.encode(), "query_string": b""}
        login = _with_login(scope, self._auth)
        headers = [(name, value) for name, value in login["headers"] if name not in _OF_BODIES]
        asked = {**login, **where, "headers": headers}
        status, pieces = HTTPStatus.OK, list[bytes]()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = HTTPStatus(message["status"])
            else:
                pieces.append(message.get("body", b""))

        await self._app(asked, receive, send)
        return json.loads(b"".join(pieces)) if status == HTTPStatus.OK else None


class _Socket:
    """One WebSocket of a worker, which is closed soon after its host was removed."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, auth: str, tokens: HostTokens) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._auth = auth
        self._tokens = tokens
        self._first = True
        self._over = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    async def serve(self, app: ASGIApp) -> None:
        try:
            await app(self._scope, self._received, self._send)
        finally:
            if self._watch is not None:
                self._watch.cancel()

    async def _received(self) -> Message:
        """Return the next message of the client, the password in place of a token; a disconnect once it is over."""
        message = await self._next()
        if not self._first or message["type"] != "websocket.receive":
            return message
        self._first = False
        told = _told(message)
        token = _host_token(told.get("token"))
        if told.get("type") != "auth" or token is None:
            return message
        try:
            host = await self._tokens.host_of(token, _address(self._scope))
        except (ApiAway, TooManyTokens) as error:
            return await self._closed(_TRY_AGAIN, _AWAY if isinstance(error, ApiAway) else _TOO_MANY)
        if host is None:
            return await self._closed(_POLICY_VIOLATION, _UNKNOWN)
        self._watch = asyncio.create_task(self._until_removed(token))
        return {"type": "websocket.receive", "text": json.dumps({**told, "token": self._auth})}

    async def _next(self) -> Message:
        if self._watch is None:
            return await self._receive()
        waits = asyncio.ensure_future(self._receive()), asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not waits[0].done():
                waits[0].cancel()
            waits[1].cancel()
        if waits[0].done() and not waits[0].cancelled():
            return waits[0].result()
        return await self._closed(_POLICY_VIOLATION, _UNKNOWN)

    async def _closed(self, code: int, reason: str) -> Message:
        await self._send({"type": "websocket.close", "code": code, "reason": reason})
        return {"type": "websocket.disconnect", "code": code}

    async def _until_removed(self, token: str) -> None:
        while True:
            await asyncio.sleep(FRESH)
            with suppress(ApiAway, TooManyTokens):  # whoever was let in stays while nobody can tell
                if await self._tokens.host_of(token, _address(self._scope)) is None:
                    self._over.set()
                    return


def _token_in(scope: Scope) -> str | None:
    """Return the token of a host in the head of a request; None where there is none."""
    if scope["type"] not in {"http", "websocket"}:
        return None
    scheme, _, shown = Headers(scope=scope).get("authorization", "").partition(" ")
    reads: Callable[[str], str] | None = {"bearer": str.strip, "basic": _decoded}.get(scheme.lower())
    return None if reads is None else _host_token(reads(shown))


def _decoded(shown: str) -> str:
    try:
        return b64decode(shown.strip()).decode()
    except ValueError:
        return ""


def _host_token(text: object) -> str | None:
    """Return the token in what a client shows: all of it, or the password of user:password."""
    found = str(text).rpartition(":")[2] if isinstance(text, str) else ""
    return found if found.startswith(TOKEN_PREFIX) else None


def _told(message: Message) -> dict[str, Any]:
    try:
        told: Any = json.loads(message.get("text") or message.get("bytes") or "")
    except ValueError:
        return {}
    return cast("dict[str, Any]", told) if isinstance(told, dict) else {}


def _with_login(scope: Scope, auth: str) -> Scope:
    """Return the request with Prefect's password in place of the token."""
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"authorization"]
    login = (b"authorization", b"Basic " + b64encode(auth.encode()))
    return {**scope, "headers": [*kept, login]}


def _address(scope: Scope) -> str:
    return str(scope["client"][0]) if scope.get("client") else "unknown"


def _refused(status: int, why: str) -> JSONResponse:
    headers = {"Retry-After": "20"} if status == HTTPStatus.TOO_MANY_REQUESTS else None
    return JSONResponse({"exception_message": why}, status, headers)
