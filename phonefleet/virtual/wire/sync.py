"""The `sync:` service, version 1: stat, list, send and receive files.

Requests and replies are those of `SYNC.TXT` in Android's packages/modules/adb: a name of four letters and a
little-endian word, which is a length in most of them.
"""

from __future__ import annotations

import stat
import struct

from phonefleet.clock import Clock
from phonefleet.virtual.files import DIRECTORY, Entry, FileTree
from phonefleet.virtual.streams import ByteStream

_CHUNK = 64 * 1024
_CHUNKS_A_WRITE = 12
_LONGEST_PATH = 1024


class SyncSession:
    """One sync stream: any number of requests, until QUIT or the end."""

    def __init__(self, stream: ByteStream, files: FileTree, clock: Clock) -> None:
        self._stream, self._files, self._clock = stream, files, clock
        self._buffer = bytearray()

    async def run(self) -> None:
        """Answer requests one after the other."""
        try:
            while (request := await self._take(8))[:4] != b"QUIT":
                if not await self._answer(request[:4], _word(request[4:])):
                    return
        except EOFError:
            return

    async def _answer(self, name: bytes, length: int) -> bool:
        """Answer one request; False when the stream cannot go on."""
        if length > _LONGEST_PATH:
            return await self._fail("path too long")
        path = (await self._take(length)).decode(errors="surrogateescape")
        match name:
            case b"STAT":
                await self._stream.write(b"STAT" + _attributes(self._files.get(path)))
            case b"LIST":
                await self._list(path)
            case b"RECV":
                await self._send_file(path)
            case b"SEND":
                await self._receive_file(path)
            case _:
                return await self._fail(f"unknown command {name.decode(errors='replace')}")
        return True

    async def _list(self, path: str) -> None:
        folder = self._files.get(path)
        here = {".": Entry(DIRECTORY), "..": Entry(DIRECTORY)} if folder is not None and folder.is_folder else {}
        entries = here | self._files.children(path)
        lines = [
            b"DENT" + _attributes(entry) + struct.pack("<I", len(encoded)) + encoded
            for name, entry in entries.items()
            for encoded in (name.encode(errors="surrogateescape"),)
        ]
        await self._stream.write(b"".join(lines) + b"DONE" + bytes(16))

    async def _send_file(self, path: str) -> None:
        entry = self._files.get(path)
        if entry is None or entry.is_folder:
            reason = "No such file or directory" if entry is None else "Is a directory"
            await self._fail(f"open failed: {reason}")
            return
        data, step = memoryview(entry.data), _CHUNK * _CHUNKS_A_WRITE
        for start in range(0, len(data), step):
            part = data[start : start + step]
            chunks = [part[at : at + _CHUNK] for at in range(0, len(part), _CHUNK)]
            await self._stream.write(b"".join(b"DATA" + struct.pack("<I", len(chunk)) + chunk for chunk in chunks))
        await self._stream.write(b"DONE" + bytes(4))

    async def _receive_file(self, request: str) -> None:
        path, _, mode = request.rpartition(",")
        content = bytearray()
        while (header := await self._take(8))[:4] == b"DATA":
            content += await self._take(_word(header[4:]))
        if header[:4] != b"DONE" or not mode.isdecimal():
            await self._fail("invalid data message")
            return
        try:
            self._files.write(path, bytes(content), stat.S_IMODE(int(mode)), _word(header[4:]))
        except OSError as error:
            await self._fail(f"couldn't create file: {error}")
            return
        await self._stream.write(b"OKAY" + bytes(4))

    async def _fail(self, message: str) -> bool:
        await self._stream.write(b"FAIL" + struct.pack("<I", len(message.encode())) + message.encode())
        return False

    async def _take(self, count: int) -> bytes:
        """Return exactly so many bytes.

        Raises:
            EOFError: the computer has closed the stream.

        """
        while len(self._buffer) < count:
            arrived = await self._stream.read()
            if not arrived:
                raise EOFError
            self._buffer += arrived
        taken = bytes(memoryview(self._buffer)[:count])
        del self._buffer[:count]
        return taken


def _word(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _attributes(entry: Entry | None) -> bytes:
    """Return mode, size and time of change; all zero where nothing is."""
    if entry is None:
        return bytes(12)
    return struct.pack("<III", entry.mode, len(entry.data), entry.modified)
