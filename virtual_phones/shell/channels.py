"""Where a program's standard streams lead: to a stream of adb, a pipe, a file or nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from virtual_phones.system.files import FileTree

Sink = Callable[[bytes], Awaitable[None]]
Source = Callable[[], Awaitable[bytes]]

_PIPE_SIZE = 16


@dataclass(frozen=True, slots=True)
class Streams:
    """Standard input, output and error, each replaceable (`Channels` for programs)."""

    source: Source
    sink: Sink
    error_sink: Sink

    async def read(self) -> bytes:
        """Return what has arrived on standard input, empty at its end."""
        return await self.source()

    async def out(self, data: bytes) -> None:
        """Write to standard output."""
        await self.sink(data)

    async def err(self, data: bytes) -> None:
        """Write to standard error."""
        await self.error_sink(data)


class Pipe:
    """What one command writes and the next one reads; a reader that has ended breaks it."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(_PIPE_SIZE)
        self._broken = False

    async def write(self, data: bytes) -> None:
        """Pass data on, waiting for the reader when the pipe is full.

        Raises:
            BrokenPipeError: nobody reads any more.

        """
        if self._broken:
            raise BrokenPipeError
        if data:
            await self._queue.put(data)

    async def end(self) -> None:
        """Let the reader see the end."""
        if not self._broken:
            await self._queue.put(b"")

    async def read(self) -> bytes:
        """Return the next piece, empty at the end."""
        return await self._queue.get()

    def break_off(self) -> None:
        """Read no more; whoever waits to write gets through and fails at its next write."""
        self._broken = True
        while not self._queue.empty():
            self._queue.get_nowait()


class FileSink:
    """Collects what is written and puts it into a file at the end."""

    def __init__(self, files: FileTree, path: str, modified: int, *, append: bool) -> None:
        self._files, self._path, self._modified = files, path, modified
        there = files.get(path) if append else None
        self._content = bytearray(there.data if there is not None else b"")

    async def write(self, data: bytes) -> None:
        """Add to the file."""
        self._content += data

    def close(self) -> None:
        """Write the file.

        Raises:
            OSError: the path cannot be written.

        """
        if self._path != "/dev/null":
            self._files.write(self._path, bytes(self._content), modified=self._modified)


async def nothing() -> bytes:
    """Read from an empty standard input."""
    return b""


def once(data: bytes) -> Source:
    """Return a source that gives these bytes, then its end."""
    pieces = [data] if data else []

    async def read() -> bytes:
        return pieces.pop() if pieces else b""

    return read


async def read_all(source: Source) -> bytes:
    """Read until the end."""
    content = bytearray()
    while piece := await source():
        content += piece
    return bytes(content)
