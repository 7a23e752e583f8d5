"""The server itself: its process on the phone, its connections, and what faults do to its calls."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from virtual_phones.faults import Fault, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.screen.hierarchy import EMPTY_NODE
from virtual_phones.system.streams import ByteStream
from virtual_phones.u2.automator import Automator
from virtual_phones.u2.failures import CallFailed, Crashed, DeadObject, NotConnected, ObjectMissing, Unexpected
from virtual_phones.u2.methods.device import screenshot
from virtual_phones.u2.methods.table import METHODS
from virtual_phones.u2.protocol import rpc
from virtual_phones.u2.protocol.nanohttpd import REFUSED, SILENCE, Answer, BadRequest, Request, plain, requests
from virtual_phones.u2.protocol.registry import call
from virtual_phones.u2.server_faults import DEADLY_BEFORE, ServerFaults

STARTED = (
    "[server] INFO: [UiAutomator2Server] Starting Server\n"
    'SLF4J: Failed to load class "org.slf4j.impl.StaticLoggerBinder".\n'
    "SLF4J: Defaulting to no-operation (NOP) logger implementation\n"
    "SLF4J: See http://www.slf4j.org/codes.html#StaticLoggerBinder for further details.\n"
    "[server] INFO: clipboardManager inited\n"
    "[server] INFO: tmpdir is /data/local/tmp/u2\n"
    "[server] INFO: http server listening on *:{port}\n"
)
REGISTERED = (
    "[server] INFO: [UiAutomator2Server] Starting Server\n"
    "java.lang.IllegalStateException: UiAutomationService "
    "android.accessibilityservice.IAccessibilityServiceClient$Stub$Proxy@5deffd5already registered!\n"
)

_log = logging.getLogger(__name__)
_SLOW = 1.0
"""Seconds that a slow call takes longer, unless the fault says otherwise."""
_WHILE_WAITING = 1.0
"""Seconds between two looks for a selector, if the configurator lets the server wait for one."""
_BREAKING = (*DEADLY_BEFORE, Fault.DIES_BEFORE)
_FAILURES: Mapping[Fault, type[NotConnected | DeadObject]] = {
    Fault.NOT_CONNECTED: NotConnected,
    Fault.DEAD_OBJECT: DeadObject,
}
_BROKEN = plain(500, "Internal Server Error!!!")
_SCREENLESS: Mapping[Fault, str] = {Fault.EMPTY_DUMP: "", Fault.EMPTY_NODE: EMPTY_NODE}


class U2Server:
    """The uiautomator2 server of one phone; it implements `virtual_phones.system.streams.Automation`.

    A connection of which nothing is heard for `silence` is closed.
    """

    def __init__(self, phone: VirtualPhone, silence: timedelta = SILENCE) -> None:
        self._phone = phone
        self._silence = silence
        self._faults = ServerFaults(phone.faults)
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
        if self._running and not self._faults.at_connection():
            self.stop()
        return self._running

    def start(self) -> str:
        """Start the process and return what it prints; it quits at once when another one runs or a fault strikes."""
        if self._running or not self._faults.at_start():
            return REGISTERED
        self._running = True
        self._stopped.clear()
        self._automator = Automator(self._phone)
        return STARTED.format(port=self._phone.u2_port)

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
        except (Crashed, ValueError) as error:
            _log.debug("the connection breaks: %r", error)

    async def _answer_all(self, stream: ByteStream) -> None:
        try:
            async for request in requests(stream, self._silence):
                reply = await self._answer(request)
                if not self._running or reply is None:
                    return
                await stream.write(reply.to(request, self._phone.clock.now()))
                if request.last:
                    return
        except BadRequest as refused:
            await stream.write(plain(400, str(refused)).to(REFUSED, self._phone.clock.now()))

    # --- one request ------------------------------------------------------------------------------------

    async def _answer(self, request: Request) -> Answer | None:
        """Return the answer; None when the connection breaks instead."""
        match request.path:
            case "/stop":
                self.stop()
                return None
            case "/ping":
                self._faults.at_ping()
                return Answer(200, "text/html", b"pong")
            case "/screenshot/0":
                return await self._picture(request)
            case "/jsonrpc/0":
                return await self._answer_call(request)
            case _:
                return plain(404, "Not Found!!!")

    async def _picture(self, request: Request) -> Answer:
        """Return the screen as PNG, of which `quality` means nothing."""
        try:
            scale = float(request.parameters.get("scale", 1))
        except ValueError:
            scale = 1.0
        if scale <= 0:
            raise Crashed
        return Answer(200, "image/png", await screenshot(self._automator, scale), chunked=True)

    async def _answer_call(self, request: Request) -> Answer | None:
        """Answer JSON-RPC; a query string is taken for the request's body."""
        text = request.body if request.query is None else request.query
        if not text and request.query is None:
            return plain(500, "Invalid http post data!")
        message = rpc.parse(text)
        strike = self._faults.at_call(rpc.method_of(message))
        if strike is not None and strike.fault is Fault.HTTP_500:
            return _BROKEN
        if strike is not None and strike.fault in _BREAKING:
            self.stop()
            return None
        body = await rpc.answer(message, partial(self._perform, strike))
        if strike is not None and strike.fault is Fault.DIES_AFTER:
            self.stop()
            return None
        return Answer(200, "application/json", body)

    async def _perform(self, strike: Strike | None, method: str, parameters: object) -> rpc.Outcome:
        """Carry out a call and return its `result` or `error`."""
        try:
            if strike is not None:
                await _act_out(strike)
            if strike is not None and strike.fault in _SCREENLESS:
                return {"result": _SCREENLESS[strike.fault]}
            result = await self._call(method, parameters)
            self._automator.notice_toast()
        except CallFailed as failure:
            return {"error": failure.as_json()}
        except Crashed:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the server's process: the client gets the error
            _log.exception("the call %s failed", method)
            return {"error": Unexpected(f"{type(error).__name__}: {error}").as_json()}
        return {"result": result}

    async def _call(self, method: str, parameters: object) -> object:
        """Call a method, again and again for as long as the configurator waits for what it does not find."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._automator.configurator.wait_for_selector / 1000
        while True:
            try:
                result = call(METHODS, self._automator, method, parameters)
                return await result if inspect.isawaitable(result) else result
            except ObjectMissing:
                if loop.time() >= until:
                    raise
                await asyncio.sleep(min(_WHILE_WAITING, until - loop.time()))


async def _act_out(strike: Strike) -> None:
    if strike.fault is Fault.SLOW:
        await asyncio.sleep(_SLOW if strike.seconds is None else strike.seconds)
    if (failure := _FAILURES.get(strike.fault)) is not None:
        raise failure
