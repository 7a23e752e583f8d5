"""One ADB stream on one connection: its two ids, what has arrived, and the one packet that may be on its way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from virtual_phones.wire.packet import Command, Packet

Send = Callable[[Packet], Awaitable[None]]
OpenBack = Callable[[str], Awaitable["Stream"]]


class Stream:
    """A stream as its service sees it (a `ByteStream`), and as the connection feeds it.

    At most one WRTE is outstanding in each direction: ours waits for the computer's OKAY, and the computer's is
    acknowledged when the service reads it, so that a slow service slows the sender down.
    """

    def __init__(self, local_id: int, remote_id: int, max_payload: int, send: Send, open_back: OpenBack) -> None:
        self.local_id, self.remote_id = local_id, remote_id
        self._max_payload, self._send = max_payload, send
        self.open_back = open_back
        """Opens another stream on the same connection, from the phone to the computer."""
        self._arrived: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._may_write = asyncio.Event()
        if remote_id:
            self._may_write.set()
        self._closed = False

    # --- the service's side -----------------------------------------------------------------------------

    async def read(self) -> bytes:
        """Return the next packet's payload; empty once the stream is closed and nothing is left."""
        while not self._arrived:
            if self._closed:
                return b""
            self._news.clear()
            await self._news.wait()
        data = self._arrived.popleft()
        if not self._closed:
            await self._send(Packet(Command.OKAY, self.local_id, self.remote_id))
        return data

    async def write(self, data: bytes) -> None:
        """Send everything in packets of at most the agreed size.

        Raises:
            ConnectionError: the computer has closed the stream, or the connection is gone.

        """
        for start in range(0, len(data), self._max_payload):
            await self._take_turn()
            chunk = data[start : start + self._max_payload]
            await self._send(Packet(Command.WRTE, self.local_id, self.remote_id, chunk))

    async def close(self) -> None:
        """Close the stream; nothing happens when it is closed already."""
        if not self._closed:
            self.hang_up()
            await self._send(Packet(Command.CLSE, self.local_id, self.remote_id))

    # --- the connection's side --------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether either side has closed it."""
        return self._closed

    def feed(self, data: bytes) -> None:
        """Take the payload of a WRTE."""
        self._arrived.append(data)
        self._news.set()

    def acknowledge(self, remote_id: int) -> None:
        """Take the OKAY for our outstanding WRTE, or for our OPEN."""
        self.remote_id = self.remote_id or remote_id
        self._may_write.set()

    async def accepted(self) -> None:
        """Wait until the computer has answered our OPEN.

        Raises:
            ConnectionError: it has refused.

        """
        await self._may_write.wait()
        if not self.remote_id:
            message = "the computer has refused the connection"
            raise ConnectionRefusedError(message)

    def hang_up(self) -> None:
        """Mark the stream closed: readers get what is left, then the end; writers get an error."""
        self._closed = True
        self._news.set()
        self._may_write.set()

    async def _take_turn(self) -> None:
        while not self._may_write.is_set():
            await self._may_write.wait()
        if self._closed:
            message = "the computer has closed the stream"
            raise ConnectionResetError(message)
        self._may_write.clear()
