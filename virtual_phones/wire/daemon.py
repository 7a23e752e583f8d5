"""The ADB daemon of one phone: it listens on a port, and acts out the faults of the wire."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

from virtual_phones.faults import Fault, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.wire.connection import Connection, Service
from virtual_phones.wire.ports import hold, make_deaf
from virtual_phones.wire.services import FEATURES, Services

_DISCONNECT_SECONDS = 3.0
_TURNS_TO_ACCEPT = 4
"""Turns of the event loop in which asyncio hands over, or ends, what it has accepted before the port was closed.

`Server.wait_closed` would tell, but returns at once before Python 3.12.
"""
_BANNER_PROPERTIES = ("ro.product.name", "ro.product.model", "ro.product.device")


class Daemon:
    """Serves a phone on a bound socket. `latency` is the mean extra time before a service opens."""

    def __init__(self, phone: VirtualPhone, bound: socket.socket, latency: timedelta = timedelta()) -> None:
        self.phone = phone
        self._socket, self._address = bound, bound.getsockname()
        self._latency = latency.total_seconds()
        self._random = random.Random(phone.faults.seed)  # noqa: S311 - repeatable waits, no secrets
        self._authorized, self._thawed = asyncio.Event(), asyncio.Event()
        self._authorized.set()
        self._thawed.set()
        self._services = Services(phone)
        phone.on_restart = lambda: self.disconnect(_DISCONNECT_SECONDS)
        self._server: asyncio.Server | None = None
        self._listening = False
        self._connections: dict[Connection, asyncio.Task[None]] = {}
        self._closes = False
        self._deaf: ExitStack | None = None
        self._freeze: asyncio.TimerHandle | None = None
        self._absence: asyncio.TimerHandle | None = None
        self._resuming: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Accept connections."""
        self._listening = True
        self._server = await asyncio.start_server(self._accept, sock=self._socket)

    async def stop(self) -> None:
        """Refuse and drop all connections, and wait until what they carried has ended."""
        if self._freeze is not None:
            self._freeze.cancel()
        self._give_port_up()
        self._thawed.set()
        for _ in range(_TURNS_TO_ACCEPT):
            await asyncio.sleep(0)
        tasks = list(self._connections.values())
        self._drop_all()
        self._thawed.set()  # else the tasks of a frozen phone would never end
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def address(self) -> str:
        """Where the phone is, as `adb connect` takes it."""
        host, port = self._address
        return f"{host}:{port}"

    def leave(self) -> tuple[str, int]:
        """Leave the network: the port is free for others, and all connections are dropped. Return its address."""
        self._give_port_up()
        self._drop_all()
        return self._address

    async def arrive(self, address: tuple[str, int]) -> None:
        """Come back into the network at an address, after `leave`; port 0 picks a free one.

        Raises:
            OSError: somebody else has it.

        """
        self._socket = hold(address)
        self._address = self._socket.getsockname()
        await self.start()

    # --- faults -----------------------------------------------------------------------------------------

    def act_out(self, strike: Strike) -> None:
        """Let a fault of the wire happen now."""
        match strike.fault:
            case Fault.FREEZE:
                self._thawed.clear()
                self._freeze = _restarted(self._freeze, strike.seconds, self._thawed.set)
            case Fault.UNAUTHORIZED:
                self._authorized.clear()
                self._drop_all()
            case Fault.DISCONNECT:
                self.disconnect(_DISCONNECT_SECONDS if strike.seconds is None else strike.seconds)
            case Fault.CLOSES:
                self._closes = True
                self._absence = _restarted(self._absence, strike.seconds, self._resume)
                self._drop_all()
            case Fault.DEAF:
                self._become_deaf(strike.seconds)
            case Fault.REBOOT:
                self.phone.reboot()
            case _:
                self.phone.suffer(strike)

    def recover(self) -> None:
        """End whatever ails the phone: it is there, thawed, accepts the computer's key, and is well."""
        self._thawed.set()
        self._authorized.set()
        self._resume()
        self.phone.recover()

    def disconnect(self, seconds: float) -> None:
        """Drop all connections and refuse new ones for a while; the port stays ours."""
        self._refuse()
        self._absence = _restarted(self._absence, seconds, self._resume)
        self._drop_all()

    # --- connections ------------------------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection in a task that `stop` knows from the first moment on."""
        if self._closes or not self._listening:
            writer.transport.abort()
            return
        _send_at_once(writer)
        connection = Connection(
            reader, writer, self._banner(), self._open_service, authorized=self._authorized, thawed=self._thawed
        )
        task = asyncio.ensure_future(connection.run())
        self._connections[connection] = task
        task.add_done_callback(lambda _: self._connections.pop(connection))

    def _banner(self) -> bytes:
        known = [f"{name}={self.phone.properties[name]}" for name in _BANNER_PROPERTIES]
        return f"device::{';'.join(known)};features={','.join(FEATURES)}".encode()

    async def _open_service(self, name: str) -> Service | None:
        if (strike := self.phone.faults.draw("wire")) is not None:
            self.act_out(strike)
            await self._thawed.wait()
        if self._latency:
            await asyncio.sleep(self._random.expovariate(1 / self._latency))
        return self._services.find(name)

    def _drop_all(self) -> None:
        """Drop all connections. Whoever calls from inside of one of them ends with it."""
        for connection in list(self._connections):
            connection.drop()

    # --- the port ---------------------------------------------------------------------------------------

    def _stop_listening(self) -> None:
        """Close the port.

        Closing an asyncio server at the moment at which it accepts a connection leaves that open for ever
        (https://github.com/python/cpython/issues/109564), so its socket is closed instead.
        """
        self._listening = False
        server, self._server = self._server, None
        if server is None:
            return
        try:
            asyncio.get_running_loop().remove_reader(self._socket)
        except NotImplementedError:  # the event loop of Windows, which accepts in one step
            server.close()
        self._socket.close()

    def _refuse(self) -> None:
        """Listen no more; the port stays ours."""
        if self._server is not None:
            self._stop_listening()
            self._socket = hold(self._address)

    def _become_deaf(self, seconds: float | None) -> None:
        self._refuse()
        if self._deaf is None:
            self._socket.close()
            self._deaf = make_deaf(self._address)
        self._absence = _restarted(self._absence, seconds, self._resume)
        self._drop_all()

    def _hear(self) -> None:
        """Refuse connections again instead of letting them hang."""
        if self._deaf is not None:
            self._deaf.close()
            self._deaf = None
            self._socket = hold(self._address)

    def _give_port_up(self) -> None:
        if self._absence is not None:
            self._absence.cancel()
        if self._resuming is not None:
            self._resuming.cancel()
        if self._deaf is not None:
            self._deaf.close()
            self._deaf = None
        self._stop_listening()
        self._socket.close()

    def _resume(self) -> None:
        self._closes = False
        self._hear()
        if self._server is None and (self._resuming is None or self._resuming.done()):
            self._resuming = asyncio.ensure_future(self.start())


def _restarted(
    timer: asyncio.TimerHandle | None, seconds: float | None, action: Callable[[], None]
) -> asyncio.TimerHandle | None:
    """Return a new timer in place of an old one; None when there is no end to wait for."""
    if timer is not None:
        timer.cancel()
    return None if seconds is None else asyncio.get_running_loop().call_later(seconds, action)


def _send_at_once(writer: asyncio.StreamWriter) -> None:
    """Set TCP_NODELAY, which asyncio does only for sockets that name their protocol; a packet would wait 40 ms."""
    accepted: socket.socket = writer.get_extra_info("socket")
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
