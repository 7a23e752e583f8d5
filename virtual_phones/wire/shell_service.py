"""The `shell:` and `exec:` services: raw (version 1), or framed with exit codes (version 2).

A frame of version 2 is one byte that names the stream, the length as a little-endian word, and the data, as in
`shell_protocol.h` of Android's packages/modules/adb.
"""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.channels import Streams
from virtual_phones.shell.interactive import Terminal
from virtual_phones.shell.session import Session
from virtual_phones.wire.stream import Stream

_STDIN, _STDOUT, _STDERR, _EXIT, _CLOSE_STDIN = 0, 1, 2, 3, 4
_INTERRUPT = b"\x03"
_LINE_END = re.compile(rb"(?<!\r)\n")
_FRAME = struct.Struct("<BI")


@dataclass(frozen=True, slots=True)
class ShellOptions:
    """How a shell was asked for: `framed` for version 2, `pty` for a terminal; `crlf` for the line ends of one."""

    framed: bool
    pty: bool
    crlf: bool = False

    @classmethod
    def parse(cls, options: str, line: str) -> ShellOptions:
        """Read the options of a service name, such as `v2,TERM=xterm,pty`; a shell without a line is a terminal."""
        given = options.split(",")
        return cls(framed="v2" in given, pty="pty" in given or (not line and "raw" not in given))


class _Frames:
    """Takes the frames of version 2 apart, however they arrive."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return the frames that are complete now: which stream, and its data."""
        self._buffer += data
        frames: list[tuple[int, bytes]] = []
        while len(self._buffer) >= _FRAME.size:
            kind, length = _FRAME.unpack_from(self._buffer)
            end = _FRAME.size + length
            if len(self._buffer) < end:
                break
            frames.append((kind, bytes(self._buffer[_FRAME.size : end])))
            del self._buffer[:end]
        return frames


class _Process:
    """A shell process with its standard streams on an ADB stream."""

    def __init__(self, stream: Stream, options: ShellOptions) -> None:
        self._stream, self._options = stream, options
        self._stdin: asyncio.Queue[bytes] = asyncio.Queue()
        self._stdin_ended = False

    @property
    def streams(self) -> Streams:
        """What the process reads and writes; version 1 knows one output only."""
        return Streams(self._read, self._out, self._err)

    async def pump(self, interrupt: Callable[[], None]) -> None:
        """Take what the computer sends; return when it closes the stream. Ctrl-C on a terminal interrupts."""
        frames = _Frames()
        while data := await self._stream.read():
            for kind, content in frames.feed(data) if self._options.framed else [(_STDIN, data)]:
                if kind == _CLOSE_STDIN:
                    self._stdin.put_nowait(b"")
                elif kind == _STDIN and content:
                    for _ in range(content.count(_INTERRUPT) if self._options.pty else 0):
                        interrupt()
                    self._stdin.put_nowait(content)

    async def exit(self, code: int) -> None:
        """Report the exit code, which only version 2 can."""
        if self._options.framed:
            await self._stream.write(_FRAME.pack(_EXIT, 1) + bytes([code & 0xFF]))

    async def _read(self) -> bytes:
        if self._stdin_ended:
            return b""
        data = await self._stdin.get()
        self._stdin_ended = not data
        return data

    async def _out(self, data: bytes) -> None:
        await self._write(_STDOUT, data)

    async def _err(self, data: bytes) -> None:
        await self._write(_STDERR, data)

    async def _write(self, kind: int, data: bytes) -> None:
        if self._options.pty or self._options.crlf:
            data = _LINE_END.sub(b"\r\n", data)
        if data:
            await self._stream.write(_FRAME.pack(kind, len(data)) + data if self._options.framed else data)


async def serve_shell(phone: VirtualPhone, stream: Stream, options: ShellOptions, line: str) -> None:
    """Run a command line, or an interactive shell when there is none; end it when the computer closes the stream."""
    process = _Process(stream, options)
    session = Session(phone)
    terminal = Terminal(session, process.streams, echo=options.pty)
    work = asyncio.create_task(_run(session, terminal, line))
    pump = asyncio.create_task(process.pump(terminal.interrupt))
    try:
        await asyncio.wait((work, pump), return_when=asyncio.FIRST_COMPLETED)
    finally:
        pump.cancel()
        if not work.done():
            work.cancel()
            session.state.jobs.end()
    with suppress(asyncio.CancelledError):
        await process.exit(await work)


async def _run(session: Session, terminal: Terminal, line: str) -> int:
    """Run the line, or the shell, and what it started in the background: their output keeps the stream open."""
    code = await (terminal.execute(line) if line else terminal.run())
    await session.state.jobs.finish()
    return code
