"""The server itself: its process on the phone, its connections, and what faults do to its calls."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from collections.abc import Mapping
from typing import cast

from phonefleet.virtual.faults import Fault, Strike
from phonefleet.virtual.phone import VirtualPhone
from phonefleet.virtual.streams import ByteStream
from phonefleet.virtual.u2.automator import Automator
from phonefleet.virtual.u2.device import device
from phonefleet.virtual.u2.elements import elements
from phonefleet.virtual.u2.exchange import BadRequest, Request, answer, requests
from phonefleet.virtual.u2.failures import CallFailed, DeadObject, NotConnected
from phonefleet.virtual.u2.faultline import DEADLY_BEFORE, Faultline
from phonefleet.virtual.u2.gestures import gestures
from phonefleet.virtual.u2.objects import objects
from phonefleet.virtual.u2.registry import Method, call
from phonefleet.virtual.u2.scrolling import scrolling
from phonefleet.virtual.u2.text import text

METHODS: Mapping[str, Method] = {
    name: method
    for family in (device, elements, gestures, objects, scrolling, text)
    for name, method in family.methods.items()
}
"""Every JSON-RPC method by its name."""

STARTED = (
    "[server] INFO: [UiAutomator2Server] Starting Server\n"
    'SLF4J: Failed to load class "org.slf4j.impl.StaticLoggerBinder".\n'
    "SLF4J: Defaulting to no-operation (NOP) logger implementation\n"
)
REGISTERED = (
    "[server] INFO: [UiAutomator2Server] Starting Server\n"
    "java.lang.IllegalStateException: UiAutomationService "
    "android.accessibilityservice.IAccessibilityServiceClient$Stub$Proxy@5deffd5already registered!\n"
)

_log = logging.getLogger(__name__)
_JSON = "application/json"
_SLOW = 1.0
"""Seconds that a slow call takes longer, unless the fault says otherwise."""
_BREAKING = (*DEADLY_BEFORE, Fault.DIES_BEFORE)
_FAILURES: Mapping[Fault, type[CallFailed]] = {Fault.NOT_CONNECTED: NotConnected, Fault.DEAD_OBJECT: DeadObject}


class U2Server:
    """The uiautomator2 server of one phone; it implements `phonefleet.virtual.streams.Automation`."""

    def __init__(self, phone: VirtualPhone) -> None:
        self._phone = phone
        self._faultline = Faultline(phone.faults)
        self._automator = Automator(phone)
        self._running = False
        self._stopped = asyncio.Event()
        self._stopped.set()
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._running

    def accepts(self) -> bool:
        """Tell whether a connection can be opened now; a fault may end the server at this moment."""
        if self._running and not self._faultline.at_connection():
            self.stop()
        return self._running

    def start(self) -> str:
        """Start the process and return what it prints; it quits at once when another one runs or a fault strikes."""
        if self._running or not self._faultline.at_start():
            return REGISTERED
        self._running = True
        self._stopped.clear()
        self._automator = Automator(self._phone)
        return STARTED

    def stop(self) -> None:
        """End the process: all connections close, the names of objects are forgotten."""
        self._running = False
        self._stopped.set()
        for talk in self._talks:
            talk.cancel()

    async def stopped(self) -> None:
        """Return once the process is not running (any more)."""
        await self._stopped.wait()

    async def serve(self, stream: ByteStream) -> None:
        """Answer one connection until either side closes it or the server ends."""
        if not self._running:
            return
        talk = asyncio.ensure_future(self._talk(stream))
        self._talks.add(talk)
        try:
            await asyncio.wait((talk,))
        finally:
            self._talks.discard(talk)
            talk.cancel()
        if not talk.cancelled():
            talk.result()

    async def _talk(self, stream: ByteStream) -> None:
        try:
            await self._answer_all(stream)
        except ConnectionError:
            _log.debug("the client has gone")

    async def _answer_all(self, stream: ByteStream) -> None:
        try:
            async for request in requests(stream):
                reply = await self._answer(request)
                if not self._running or reply is None:
                    return
                await stream.write(reply)
                if request.last:
                    return
        except BadRequest:
            await stream.write(answer(400, "text/plain", b"bad request", last=True))

    async def _answer(self, request: Request) -> bytes | None:
        """Return the answer; None when the connection breaks instead."""
        if request.method == "POST" and request.path.startswith("/jsonrpc/0"):
            return await self._answer_call(request)
        if request.method == "GET" and request.path == "/ping":
            self._faultline.at_ping()
            return answer(200, "text/plain", b"pong", last=request.last)
        return answer(404, "text/plain", b"not found", last=request.last)

    async def _answer_call(self, request: Request) -> bytes | None:
        message = _read_call(request.body)
        method = str(message.get("method", ""))
        strike = self._faultline.at_call(method)
        if strike is not None and strike.fault is Fault.HTTP_500:
            return answer(500, "text/plain", b"Internal Server Error", last=request.last)
        if strike is not None and strike.fault in _BREAKING:
            self.stop()
            return None
        outcome = await self._call(method, message.get("params"), strike)
        if strike is not None and strike.fault is Fault.DIES_AFTER:
            self.stop()
            return None
        reply = {"jsonrpc": "2.0", "id": message.get("id"), **outcome}
        return answer(200, _JSON, json.dumps(reply).encode(), last=request.last)

    async def _call(self, method: str, parameters: object, strike: Strike | None) -> dict[str, object]:
        """Carry out a call and return its `result` or `error`."""
        try:
            if strike is not None:
                await _act_out(strike)
            if strike is not None and strike.fault is Fault.EMPTY_DUMP:
                return {"result": ""}
            result = call(METHODS, self._automator, method, _positional(parameters))
            if inspect.isawaitable(result):
                result = await result
            self._automator.notice_toast()
        except CallFailed as failure:
            return {"error": failure.as_json()}
        except Exception as error:  # noqa: BLE001 - the edge of the server's process: the client gets the error
            _log.exception("the call %s failed", method)
            return {"error": CallFailed(f"{type(error).__name__}: {error}").as_json()}
        return {"result": result}


async def _act_out(strike: Strike) -> None:
    if strike.fault is Fault.SLOW:
        await asyncio.sleep(_SLOW if strike.seconds is None else strike.seconds)
    if (failure := _FAILURES.get(strike.fault)) is not None:
        raise failure


def _read_call(body: bytes) -> dict[str, object]:
    """Return the call's members; what is no JSON object becomes a call of no method."""
    try:
        message: object = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, object]", message) if isinstance(message, dict) else {}


def _positional(parameters: object) -> list[object]:
    """Return parameters by position; uiautomator2 sends an empty object for none, named ones count by their order."""
    if isinstance(parameters, dict):
        return list(cast("dict[str, object]", parameters).values())
    return list(cast("list[object]", parameters)) if isinstance(parameters, list) else []
