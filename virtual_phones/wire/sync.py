"""The `sync:` service: stat, list, send and receive files.

Requests and replies are those of `SYNC.TXT` in Android's packages/modules/adb: a name of four letters and a
little-endian word, which is a length in most of them. The second version has names of its own; a client uses it when
the phone has announced it.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Callable

from virtual_phones.system.files import DIRECTORY, REGULAR, Entry, FileTree
from virtual_phones.system.streams import ByteStream
from virtual_phones.wire import sync_records

FEATURES = ("stat_v2", "ls_v2", "fixed_push_mkdir", "sendrecv_v2", "sendrecv_v2_dry_run_send")
"""What the phone announces of this service. It knows no compression."""

_DRY_RUN = 1 << 31
_CHUNK = 64 * 1024
_CHUNKS_A_WRITE = 12
_LONGEST_PATH = 1024


ReadFile = Callable[[str], bytes | None]
"""Returns the content of a file that exists only while it is read, as those of `/proc`; None where there is none."""


class SyncSession:
    """One sync stream: any number of requests, until QUIT or the end."""

    def __init__(self, stream: ByteStream, files: FileTree, made_up: ReadFile) -> None:
        self._stream, self._files, self._made_up = stream, files, made_up
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
                await self._stream.write(name + sync_records.version_1(self._find(path, empty=True)))
            case b"STA2" | b"LST2":
                await self._stream.write(name + sync_records.version_2(path, self._find(path, empty=True)))
            case b"LIST":
                await self._list(path)
            case b"LIS2":
                await self._list_2(path)
            case _:
                return await self._transfer(name, path)
        return True

    async def _transfer(self, name: bytes, path: str) -> bool:
        """Send or receive a file; a failed transfer ends the stream, as it does on a phone."""
        match name:
            case b"RECV":
                return await self._send_file(path)
            case b"RCV2":
                return await self._send_2(path)
            case b"SEND":
                path, _, mode = path.rpartition(",")
                return await self._receive_file(path, int(mode) if mode.isdecimal() else None)
            case b"SND2":
                return await self._receive_2(path)
            case _:
                return await self._fail(f"unknown command {name.decode(errors='replace')}")

    async def _list(self, path: str) -> None:
        lines = [
            b"DENT" + sync_records.version_1(entry) + sync_records.named(name)
            for name, entry in self._entries(path).items()
        ]
        await self._stream.write(b"".join(lines) + b"DONE" + sync_records.EMPTY_1)

    async def _list_2(self, path: str) -> None:
        lines = [
            b"DNT2" + sync_records.version_2(f"{path}/{name}", entry) + sync_records.named(name)
            for name, entry in self._entries(path).items()
        ]
        await self._stream.write(b"".join(lines) + b"DONE" + sync_records.EMPTY_2)

    def _find(self, path: str, *, empty: bool = False) -> Entry | None:
        """Return a file or folder; one that is made up while it is read looks empty from outside."""
        if (entry := self._files.get(path)) is not None:
            return entry
        content = self._made_up(path)
        return None if content is None else Entry(REGULAR | 0o444, b"" if empty else content)

    def _entries(self, path: str) -> dict[str, Entry]:
        """Return what a folder holds, itself and the one above included; nothing for anything else."""
        folder = self._files.get(path)
        here = {".": folder, "..": Entry(DIRECTORY)} if folder is not None and folder.is_folder else {}
        return here | self._files.children(path)

    async def _send_file(self, path: str) -> bool:
        entry = self._find(path)
        if entry is None or entry.is_folder:
            reason = "No such file or directory" if entry is None else "Is a directory"
            return await self._fail(f"open failed: {reason}")
        data, step = memoryview(entry.data), _CHUNK * _CHUNKS_A_WRITE
        for start in range(0, len(data), step):
            part = data[start : start + step]
            chunks = [part[at : at + _CHUNK] for at in range(0, len(part), _CHUNK)]
            await self._stream.write(b"".join(b"DATA" + struct.pack("<I", len(chunk)) + chunk for chunk in chunks))
        await self._stream.write(b"DONE" + bytes(4))
        return True

    async def _receive_file(self, path: str, mode: int | None, *, dry: bool = False) -> bool:
        """Take the pieces of a file up to its end, and keep it unless this is a rehearsal."""
        content = bytearray()
        while (header := await self._take(8))[:4] == b"DATA":
            content += await self._take(_word(header[4:]))
        if header[:4] != b"DONE" or mode is None:
            return await self._fail("invalid data message")
        try:
            if not dry:
                self._files.write(path, bytes(content), stat.S_IMODE(mode), _word(header[4:]))
        except OSError as error:
            return await self._fail(f"couldn't create file: {error}")
        await self._stream.write(b"OKAY" + bytes(4))
        return True

    async def _send_2(self, path: str) -> bool:
        """Answer RCV2, whose second part has the flags."""
        setup = await self._take(8)
        if _word(setup[4:]):
            return await self._fail("recv: compression is not supported")
        return await self._send_file(path)

    async def _receive_2(self, path: str) -> bool:
        """Answer SND2, whose second part has mode and flags."""
        setup = await self._take(12)
        flags = _word(setup[8:])
        if flags & ~_DRY_RUN:
            return await self._fail("send: compression is not supported")
        return await self._receive_file(path, _word(setup[4:8]), dry=bool(flags))

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
