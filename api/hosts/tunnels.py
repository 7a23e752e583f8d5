"""Reaches the adb servers of joined hosts: WebSockets that their workers keep parked, and a Unix socket for each host.

Whoever on this computer connects to a host's socket gets one of its parked WebSockets for the time of the connection;
where there is none, adb's own refusal says why. Used in the API's event loop only.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from phonefleet.device.adb.host_sockets import AWAY, BUSY, HostSockets, refusal
from phonefleet.hosts.tunnels.carrying import CHUNK, ChannelClosed, Connection, carry

_log = logging.getLogger(__name__)

_FREE_WITHIN: Final = timedelta(seconds=3)
"""How long a client waits for a parked WebSocket where all of a host's are in use."""
_SPEAKS_WITHIN: Final = timedelta(seconds=30)
"""How long a client may say nothing: adb's speak first."""
_BACKLOG: Final = 256
_IDLE_MOST: Final = 16
"""More WebSockets of a host than these are closed once nobody needs them; only this side knows which are free."""


class Refused(Exception):  # noqa: N818 - it says what happened
    """A host's adb server cannot be reached; the text says why."""


class ServerChannel:
    """A WebSocket of the server's side that carries connections."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._next: asyncio.Task[bytes | str] | None = None

    async def receive(self) -> bytes | str:
        """Return the next message. Raises `ChannelClosed`."""
        coming = self.coming()
        try:
            return await asyncio.shield(coming)
        finally:
            if coming.done():
                self._next = None

    def coming(self) -> asyncio.Task[bytes | str]:
        """Return the task that gets the next message; `receive` returns what it got."""
        self._next = self._next or asyncio.create_task(self._receive())
        return self._next

    async def send(self, message: bytes | str) -> None:
        """Send a message. Raises `ChannelClosed`."""
        try:
            if isinstance(message, bytes):
                await self._websocket.send_bytes(message)
            else:
                await self._websocket.send_text(message)
        except (WebSocketDisconnect, RuntimeError, OSError) as error:
            raise ChannelClosed from error

    async def close(self) -> None:
        """Close it, whatever state it is in."""
        if self._next is not None:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)
        if self._websocket.application_state is WebSocketState.CONNECTED:
            with suppress(WebSocketDisconnect, RuntimeError, OSError):
                await self._websocket.close()

    async def _receive(self) -> bytes | str:
        try:
            message = await self._websocket.receive()
        except (WebSocketDisconnect, RuntimeError) as error:
            raise ChannelClosed from error
        if message["type"] == "websocket.disconnect":
            raise ChannelClosed
        said: bytes | str | None = message.get("bytes")
        return message.get("text", "") if said is None else said


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A connection that a parked WebSocket is to carry, and the first that it said."""

    connection: Connection
    first: bytes
    carried: asyncio.Event = field(default_factory=asyncio.Event)


class _Parked:
    """A WebSocket of a host that waits for connections."""

    def __init__(self, channel: ServerChannel) -> None:
        self.channel = channel
        self._wanted: asyncio.Future[_Wanted] = asyncio.get_running_loop().create_future()
        self._closed = False

    def give(self, wanted: _Wanted) -> None:
        """Have it carry a connection; one that was closed meanwhile carries nothing."""
        if self._closed:
            wanted.carried.set()
        else:
            self._wanted.set_result(wanted)

    def end(self) -> None:
        """Carry nothing any more."""
        self._closed = True
        if self._wanted.done():
            self._wanted.result().carried.set()

    async def carry_next(self) -> None:
        """Wait for a connection, and carry it. Raises `ChannelClosed`."""
        wanted = await self._next()
        try:
            await self.channel.send(wanted.first)
            await carry(self.channel, wanted.connection)
        finally:
            wanted.carried.set()

    async def _next(self) -> _Wanted:
        while not self._wanted.done():
            coming = self.channel.coming()
            await asyncio.wait({coming, self._wanted}, return_when=asyncio.FIRST_COMPLETED)
            if coming.done() and not self._wanted.done():
                await self.channel.receive()  # it has broken, or said what means nothing now
        wanted = self._wanted.result()
        self._wanted = asyncio.get_running_loop().create_future()
        return wanted


@dataclass(slots=True)
class _Host:
    """The WebSockets of one host, those of them that are free, and who waits for one."""

    all: set[_Parked] = field(default_factory=set[_Parked])
    free: list[_Parked] = field(default_factory=list[_Parked])
    waiting: deque[asyncio.Future[_Parked]] = field(default_factory=deque[asyncio.Future[_Parked]])
    server: asyncio.Server | None = None

    def park(self, parked: _Parked) -> None:
        """Give a WebSocket to who waits for one the longest, or keep it."""
        while self.waiting:
            first = self.waiting.popleft()
            if not first.done():
                first.set_result(parked)
                return
        self.free.append(parked)

    async def take(self) -> _Parked:
        """Return a free WebSocket. Raises `Refused`."""
        if self.free:
            return self.free.pop()
        if not self.all:
            raise Refused(AWAY)
        waiting: asyncio.Future[_Parked] = asyncio.get_running_loop().create_future()
        self.waiting.append(waiting)
        try:
            async with asyncio.timeout(_FREE_WITHIN.total_seconds()):
                return await waiting
        except TimeoutError:
            if waiting.done() and not waiting.cancelled():  # in the last moment
                return waiting.result()
            raise Refused(BUSY if self.all else AWAY) from None


class Tunnels:
    """The ways to the adb servers of all joined hosts, for as long as the API runs."""

    def __init__(self, sockets: HostSockets) -> None:
        self._sockets = sockets
        self._hosts: dict[str, _Host] = {}
        self._clients: set[asyncio.Task[None]] = set()

    async def open(self, names: Collection[str]) -> None:
        """Open the sockets of hosts, and remove those of others."""
        known = {self._sockets.path(name) for name in names}
        if self._sockets.folder.is_dir():
            for left in set(self._sockets.folder.glob("*.sock")) - known:
                left.unlink(missing_ok=True)
        for name in names:
            await self._open(name)

    async def close(self) -> None:
        """Serve nobody any more; the sockets stay, and refuse until another API serves them."""
        for host in self._hosts.values():
            if host.server is not None:
                host.server.close()
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def forget(self, name: str) -> None:
        """Close everything of a host that was removed."""
        host = self._hosts.pop(name, None)
        self._sockets.path(name).unlink(missing_ok=True)
        if host is None:
            return
        if host.server is not None:
            host.server.close()
        for parked in list(host.all):
            await parked.channel.close()

    def ready(self, name: str) -> int:
        """Return how many connections to a host may begin at once; 0 for one that is away."""
        host = self._hosts.get(name)
        return len(host.free) if host is not None else 0

    async def serve(self, name: str, channel: ServerChannel) -> None:
        """Hand connections to a WebSocket of a host until it is closed."""
        await self._open(name)
        host, parked = self._hosts[name], _Parked(channel)
        host.all.add(parked)
        try:
            while len(host.free) < _IDLE_MOST:
                host.park(parked)
                await parked.carry_next()
        except ChannelClosed:
            pass
        finally:
            host.all.discard(parked)
            if parked in host.free:
                host.free.remove(parked)
            parked.end()
            await channel.close()

    async def _open(self, name: str) -> None:
        if name in self._hosts:
            return
        self._hosts[name] = host = _Host()
        path = self._sockets.path(name)
        self._sockets.make_folder()
        listening = _bound(path)

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            client = asyncio.create_task(self._serve_client(host, Connection(reader, writer)))
            self._clients.add(client)
            client.add_done_callback(self._clients.discard)

        host.server = await asyncio.start_unix_server(begin, sock=listening, limit=CHUNK)

    async def _serve_client(self, host: _Host, connection: Connection) -> None:
        try:
            async with asyncio.timeout(_SPEAKS_WITHIN.total_seconds()):
                first = await connection.reader.read(CHUNK)
            if first:
                await self._carry(host, connection, first)
        except (OSError, TimeoutError):
            pass
        finally:
            connection.abort()

    async def _carry(self, host: _Host, connection: Connection, first: bytes) -> None:
        try:
            parked = await host.take()
        except Refused as refused:
            connection.writer.write(refusal(str(refused)))
            await connection.writer.drain()
            connection.writer.close()
            await connection.writer.wait_closed()
            return
        wanted = _Wanted(connection, first)
        parked.give(wanted)
        await wanted.carried.wait()


def _bound(path: Path) -> socket.socket:
    """Return a listening socket at a path, in place of whatever was there: there is no moment without one."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    beside = path.with_name(f".{os.getpid()}")
    beside.unlink(missing_ok=True)
    listening.bind(str(beside))
    beside.chmod(0o600)
    listening.listen(_BACKLOG)
    listening.settimeout(0)
    beside.rename(path)
    return listening
