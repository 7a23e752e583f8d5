"""The outermost middleware: gives every request an id, checks, serves, records and counts it, and adds headers.

The steps are in their own modules (`gate`, `bodies`, `audit`, `metrics`); this one is their order.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import cast
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.about.metrics import Metrics
from api.answers.envelope import INTERNAL, UNAUTHORIZED, UNREACHABLE, Problem
from api.answers.errors import answer
from api.edge import audit
from api.edge.audit import Call
from api.edge.bodies import is_upload, limited_stream, read_whole
from api.edge.caller import Caller, Callers
from api.edge.gate import Gate, Throttled, is_login
from api.persons.identity import Identities
from api.resources import Resources
from phonefleet.errors import LedgerUnreachable
from phonefleet.settings import Settings
from phonefleet.text import printable
from phonefleet.words import say

_log = logging.getLogger(__name__)

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"no-store"),
)

_POLICY_VIOLATION = 1008
"""RFC 6455, section 7.4.1."""


class Guard:
    """ASGI middleware around all other middleware and routes."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._largest_upload = settings.media_largest
        self._callers = Callers(settings)
        self._gate = Gate(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":
            await self._guarded_websocket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, request_id = time.perf_counter(), uuid4().hex
        answering = _Answering(send, request_id)
        try:
            await self._guarded(scope, receive, answering, request_id)
        finally:
            self._metrics.served(scope, answering.status, time.perf_counter() - begun)

    async def _guarded(self, scope: Scope, receive: Receive, send: _Answering, request_id: str) -> None:
        headers = Headers(scope=scope)
        caller = await self._caller(scope, headers)
        call = Call(request_id, caller, scope)
        scope["state"]["request_id"] = request_id
        try:
            self._gate.check(scope, headers, caller)
            receive = await self._body(scope, receive, headers)
        except Problem as problem:
            await self._record_refusal(scope, call, problem)
            await answer(problem)(scope, receive, send)
            return
        try:
            await self._serve(scope, receive, send, call)
        finally:
            if is_login(scope):
                self._gate.login_ended(caller, failed=send.status == UNAUTHORIZED // 100)

    async def _guarded_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open a socket to whom the gate lets pass; refused before it is open, it is answered with HTTP status 403."""
        headers = Headers(scope=scope)
        try:
            self._gate.check(scope, headers, await self._caller(scope, headers))
        except Problem as problem:
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": problem.message})
            return
        await self._app(scope, receive, send)

    async def _caller(self, scope: Scope, headers: Headers) -> Caller:
        """Return who calls, and let the routes know it: as `request.state.identity`, `.actor` and `.person`.

        `request.state.may_go_on` tells a route that waits whether the caller still may call.
        """
        identities = cast("Identities", scope["app"].state.identities)
        caller = await self._callers.of(scope, headers, identities)
        identity, may_go_on = caller.identity, partial(identities.still_holds, caller.identity)
        known = {"identity": identity, "actor": caller.actor, "person": identity.person, "may_go_on": may_go_on}
        scope.setdefault("state", {}).update(known)
        return caller

    async def _body(self, scope: Scope, receive: Receive, headers: Headers) -> Receive:
        if is_upload(scope):
            return await limited_stream(receive, headers, self._largest_upload)
        return await read_whole(receive, headers)

    async def _record_refusal(self, scope: Scope, call: Call, problem: Problem) -> None:
        """Record a refused call; of a client that calls too often only the first, so that it cannot fill the table."""
        if call.may_change and (not isinstance(problem, Throttled) or problem.first):
            resources = _resources(scope)
            await audit.record_refusal(call, resources.ledger, problem, resources.clock.now())

    async def _serve(self, scope: Scope, receive: Receive, send: _Answering, call: Call) -> None:
        async def serve(send: Send) -> None:
            await self._serve_or_log(scope, receive, send, call)

        if not call.may_change:
            await serve(send)
            return
        resources = _resources(scope)
        try:
            await audit.serve_recorded(call, resources.ledger, resources.clock.now(), serve, send)
        except LedgerUnreachable as error:
            await answer(Problem(UNREACHABLE, str(error)))(scope, receive, send)

    async def _serve_or_log(self, scope: Scope, receive: Receive, send: Send, call: Call) -> None:
        """Serve a request; an unexpected error is logged and answered with 50001, with the usual headers."""
        answering = _Answering(send, call.request_id)
        try:
            await self._app(scope, receive, answering)
        except Exception:
            _log.exception("Request %s (%s %s) failed", call.request_id, call.method, printable(call.path))
            if answering.status:
                raise
            problem = Problem(
                INTERNAL,
                say(
                    "edge.internal_error_servers_log_tells",
                    "Internal error; the server's log tells more of request {request_id}",
                    request_id=call.request_id,
                ),
            )
            await answer(problem)(scope, receive, send)


class _Answering:
    """An ASGI `send` that adds the common headers to an answer, and remembers its HTTP status: 0 until it begins."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._headers = (*_HEADERS, (b"x-request-id", request_id.encode()))
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            present = {name for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(one for one in self._headers if one[0] not in present)]
        await self._send(message)


def _resources(scope: Scope) -> Resources:
    return cast("Resources", scope["app"].state.resources)
