"""The worker's side of the tunnel to its adb server: it keeps some WebSockets to the main host ready.

The main host hands connections to them, one at a time each; nothing listens here. As soon as one is in use, another is
opened, so that whoever comes next need not wait for that.
"""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import timedelta
from typing import Final, Never

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from phonefleet.device.adb.host_sockets import KEPT, NO_ADB, Refusal, refusal
from phonefleet.hosts.tunnels.carrying import END, ChannelClosed, Connection, carry
from phonefleet.hosts.tunnels.way import LOST, Way

_log = logging.getLogger(__name__)

PATH: Final = "/host/adb"
SPARE: Final = 4
"""So many WebSockets wait for connections."""
MOST: Final = 64
"""So many may be open; the main host closes those again that it does not need."""

_KILL: Final = b"host:kill"
"""What ends an adb server: an adb of another version says it to each that it meets. Here it belongs to the worker."""
_ADB_WITHIN: Final = timedelta(seconds=5)
_REFUSED_WITHIN: Final = timedelta(seconds=30)
_FIRST_BACKOFF, _LONGEST_BACKOFF = timedelta(seconds=0.5), timedelta(seconds=8)
_MOST_DOUBLINGS: Final = 10


class ClientChannel:
    """A WebSocket of the client's side that carries connections."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def receive(self) -> bytes | str:
        """Return the next message. Raises `ChannelClosed`."""
        try:
            return await self._socket.recv()
        except ConnectionClosed as error:
            raise ChannelClosed from error

    async def send(self, message: bytes | str) -> None:
        """Send a message. Raises `ChannelClosed`."""
        try:
            await self._socket.send(message)
        except ConnectionClosed as error:
            raise ChannelClosed from error


class AdbTunnel:
    """Connects the main host with the adb server on a port of this computer, for as long as `run` runs.

    await AdbTunnel(way, 5037).run()
    """

    def __init__(self, way: Way, adb_port: int, rng: random.Random) -> None:
        self._way, self._adb_port, self._rng = way, adb_port, rng
        self._opening = self._spare = self._failures = 0
        self._sockets: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    async def run(self) -> Never:
        """Keep WebSockets ready until cancelled; while the main host is away, it is tried again and again."""
        try:
            while True:
                self._changed.clear()
                for _ in range(self._missing()):
                    self._open()
                await self._changed.wait()
                if self._failures:
                    await asyncio.sleep(self._backoff())
        finally:
            for task in self._sockets:
                task.cancel()
            await asyncio.gather(*self._sockets, return_exceptions=True)

    def _missing(self) -> int:
        """Return how many to open now: one at a time while that fails."""
        wanted = 1 if self._failures else SPARE
        return min(wanted - self._opening - self._spare, MOST - len(self._sockets))

    def _open(self) -> None:
        self._opening += 1
        task = asyncio.create_task(self._serve())
        self._sockets.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._sockets.discard(task)
        self._changed.set()

    def _backoff(self) -> float:
        """Return how long to wait in seconds; drawn, so that not all hosts come back at once."""
        longest = min(_FIRST_BACKOFF * 2 ** min(self._failures - 1, _MOST_DOUBLINGS), _LONGEST_BACKOFF)
        return longest.total_seconds() * self._rng.uniform(0.5, 1)

    async def _serve(self) -> None:
        """Open a WebSocket and serve connections on it until it is closed."""
        opened = False
        try:
            async with self._way.open(PATH) as socket:
                opened = True
                self._opening -= 1
                self._failures = 0
                await self._serve_all(ClientChannel(socket))
        except (*LOST, ChannelClosed) as error:
            if not opened:
                self._failures += 1
                if self._failures == 1:
                    _log.warning("The main host cannot be reached for pictures of phones: %s", error)
        finally:
            self._opening -= not opened

    async def _serve_all(self, channel: ClientChannel) -> Never:
        while True:
            first = await self._first(channel)
            if isinstance(first, bytes):
                await self._serve_one(channel, first)

    async def _first(self, channel: ClientChannel) -> bytes | str:
        """Wait until somebody wants a connection; return the first that it says."""
        self._spare += 1
        try:
            return await channel.receive()
        finally:
            self._spare -= 1
            self._changed.set()

    async def _serve_one(self, channel: ClientChannel, first: bytes) -> None:
        if first.endswith(_KILL):
            await _refuse(channel, KEPT)
            return
        try:
            async with asyncio.timeout(_ADB_WITHIN.total_seconds()):
                connection = Connection(*await asyncio.open_connection("127.0.0.1", self._adb_port))
        except (OSError, TimeoutError):
            await _refuse(channel, NO_ADB)
            return
        connection.writer.write(first)
        await carry(channel, connection)


async def _refuse(channel: ClientChannel, why: Refusal) -> None:
    await channel.send(refusal(why))
    await channel.send(END)
    async with asyncio.timeout(_REFUSED_WITHIN.total_seconds()):
        while await channel.receive() != END:
            pass
