"""Carries one connection after another over a WebSocket: a reverse tunnel's spare connections are used again.

Binary messages are bytes of the connection, in order. The text message `end` says that this side's connection has
ended: each side says it exactly once a connection, and when both have, the WebSocket is free for the next one. Used by
the API, which has the clients of adb, and by the worker, which has the adb server.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

END: Final = "end"
CHUNK: Final = 65_536
"""The longest message, in bytes."""

_ENDS_WITHIN: Final = timedelta(seconds=30)
"""How long the other side may take to say `end` too; what was sent before has to arrive first."""
_FLUSHED_WITHIN: Final = timedelta(seconds=5)


class ChannelClosed(Exception):  # noqa: N818 - it says what happened
    """The WebSocket is closed: the connection that it carried is lost."""


class Channel(Protocol):
    """A WebSocket, whichever library it is of. All methods raise `ChannelClosed`."""

    async def receive(self) -> bytes | str:
        """Return the next message."""
        ...

    async def send(self, message: bytes | str) -> None:
        """Send a message."""
        ...


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection of this computer that is carried."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def abort(self) -> None:
        """Close at once; what was not sent is lost."""
        self.writer.transport.abort()


async def carry(channel: Channel, connection: Connection) -> None:
    """Carry a connection until it has ended on both sides; then the channel is free again.

    Raises:
        ChannelClosed: the channel broke, or the other side did not end in time; the connection is closed.

    """
    outwards = asyncio.create_task(_outwards(channel, connection))
    inwards = asyncio.create_task(_inwards(channel, connection))
    try:
        await asyncio.wait({outwards, inwards}, return_when=asyncio.FIRST_COMPLETED)
        async with asyncio.timeout(_ENDS_WITHIN.total_seconds()):
            await asyncio.gather(outwards, inwards)
    except TimeoutError as error:
        raise ChannelClosed from error
    finally:
        connection.abort()
        outwards.cancel()
        inwards.cancel()
        await asyncio.gather(outwards, inwards, return_exceptions=True)


async def _outwards(channel: Channel, connection: Connection) -> None:
    """Send what this side's connection says, and that it has ended."""
    with suppress(OSError):  # it broke: that is an end too
        while said := await connection.reader.read(CHUNK):
            await channel.send(said)
    await channel.send(END)


async def _inwards(channel: Channel, connection: Connection) -> None:
    """Hand on what the other side says until that has ended, and end this side's connection then."""
    lost = False
    while (said := await channel.receive()) != END:
        if isinstance(said, bytes) and not lost:
            lost = not await _handed_on(connection, said)
    await _closed(connection)


async def _handed_on(connection: Connection, said: bytes) -> bool:
    """Write to this side's connection; tell whether it still takes anything."""
    try:
        connection.writer.write(said)
        await connection.writer.drain()
    except OSError:
        return False
    return True


async def _closed(connection: Connection) -> None:
    """Close this side's connection once all was written; one that takes nothing is cut off."""
    connection.writer.close()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_FLUSHED_WITHIN.total_seconds()):
            await connection.writer.wait_closed()
    connection.abort()
