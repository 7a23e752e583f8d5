"""An interactive shell: a prompt, lines that are typed, their output, and Ctrl-C."""

from __future__ import annotations

import asyncio

from virtual_phones.shell.channels import Streams
from virtual_phones.shell.session import Session

_PROMPT = b"virtual:/ $ "
_END, _INTERRUPT, _ERASE = 0x04, 0x03, (0x08, 0x7F)
_INTERRUPTED = 130
_ENDS_OF_LINE = b"\r\n"


class Terminal:
    """Reads lines and runs them until `exit` or the end of input; with `echo` it acts as a terminal."""

    def __init__(self, session: Session, streams: Streams, *, echo: bool) -> None:
        self._session, self._streams, self._echo = session, streams, echo
        self._line = bytearray()
        self._status = 0
        self._running: asyncio.Task[int] | None = None
        self._interrupts = 0
        """How many Ctrl-C have arrived that the line has not got to yet."""

    def interrupt(self) -> None:
        """End the command that runs, as Ctrl-C does, or the one that is about to run."""
        self._interrupts += 1
        if self._running is not None:
            self._running.cancel()

    async def execute(self, line: str) -> int:
        """Run one line and return its exit code."""
        self._running = asyncio.create_task(self._session.run(line, self._streams))
        try:
            if self._interrupts:
                self._running.cancel()
            await asyncio.wait((self._running,))
        finally:
            self._running.cancel()
        if not self._running.cancelled():
            return self._running.result()
        self._session.state.status = _INTERRUPTED
        return _INTERRUPTED

    async def run(self) -> int:
        """Serve until the end and return the exit code of the last line."""
        await self._show(_PROMPT)
        while data := await self._streams.read():
            for byte in data:
                if not await self._type(byte):
                    return self._status
        if self._line:
            await self._enter()
        return self._status

    async def _type(self, byte: int) -> bool:
        """Take one byte; False when it ends the shell."""
        if byte == _END and self._echo:
            return bool(self._line)
        if byte in _ENDS_OF_LINE:
            return await self._enter()
        if byte in _ERASE and self._echo:
            del self._line[-1:]
            await self._show(b"\b \b")
        elif byte == _INTERRUPT and self._echo:
            self._interrupts = max(self._interrupts - 1, 0)
            self._line.clear()
            await self._show(b"^C\r\n" + _PROMPT)
        else:
            self._line.append(byte)
            await self._show(bytes([byte]))
        return True

    async def _enter(self) -> bool:
        """Run the line; False when it was `exit`."""
        line = self._line.decode(errors="replace")
        self._line.clear()
        await self._show(b"\r\n")
        if line.strip():
            self._status = await self.execute(line)
        if self._session.exited:
            return False
        await self._show(_PROMPT)
        return True

    async def _show(self, data: bytes) -> None:
        if self._echo:
            await self._streams.out(data)
