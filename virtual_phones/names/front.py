"""A proxy in front of the real adb server: it speaks adb's own server protocol and shows phones under other names.

Clients send `host:…` requests, four hexadecimal digits of length in front (`SERVICES.TXT` and `OVERVIEW.TXT` of
Android's packages/modules/adb). Those with a phone's name in them are passed on with the real one; lists are shown as
the `Arrangement` says. Everything else, all traffic of phones included, passes as it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from virtual_phones.names.arrangement import Arrangement, Line

_log = logging.getLogger(__name__)
_LOOPBACK = "127.0.0.1"
_CHUNK = 64 * 1024
_OKAY, _FAIL = b"OKAY", b"FAIL"
_EXTRA_ID = (9001).to_bytes(8, "little")
_LISTS = ("host:devices", "host:devices-l", "host:track-devices", "host:track-devices-l")
_BY_NAME = ("host:tport:serial:", "host:transport:")
_CONNECTIONS = ("host:connect:", "host:disconnect:")

Rewrite = Callable[[str], str]


class AdbFront:
    """Serves on loopback, as an async context manager; port 0 picks a free one."""

    def __init__(self, adb_port: int, port: int = 0) -> None:
        self._adb_port, self._wanted = adb_port, port
        self.arrangement = Arrangement()
        self._server: asyncio.Server
        self._trackers: set[_Tracker] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """Where clients find it."""
        return int(self._server.sockets[0].getsockname()[1])

    def show(self, real: str, name: str) -> None:
        """Show a phone of the real server under a name from now on."""
        self.arrangement.shown[real] = name
        self._tell()

    def add(self, *lines: Line) -> None:
        """Let lines stand in the list from now on."""
        self.arrangement.extra.extend(lines)
        self._tell()

    def clear(self) -> None:
        """Show everything as it is again."""
        self.arrangement.shown.clear()
        self.arrangement.extra.clear()
        self._tell()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, _LOOPBACK, self._wanted)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _tell(self) -> None:
        for tracker in self._trackers:
            tracker.tell()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            with suppress(ConnectionError, EOFError):
                await self._serve(reader, writer)
        except ValueError:
            _log.debug("a client speaks no adb")
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _request(reader)
        _log.debug("request %s", request)
        if request in _LISTS:
            await self._list(request, reader, writer)
        elif request == "host:mdns:services":
            await self._answer(request, writer, self.arrangement.services)
        elif (command := next((known for known in _BY_NAME if request.startswith(known)), None)) is not None:
            await self._select(command, request.removeprefix(command), reader, writer)
        elif request.startswith("host-serial:"):
            await self._about(request.removeprefix("host-serial:"), reader, writer)
        elif (command := next((known for known in _CONNECTIONS if request.startswith(known)), None)) is not None:
            await self._connection(command, request.removeprefix(command), writer)
        else:
            await self._pass_on(request, reader, writer)

    # --- lists ------------------------------------------------------------------------------------------

    async def _list(self, request: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        long = request.endswith("-l")
        if request.startswith("host:devices"):
            await self._answer(request, writer, lambda listed: self.arrangement.rewrite(listed, long=long))
            return
        real_reader, real_writer = await self._ask(request)
        tracker = _Tracker(writer, lambda listed: self.arrangement.rewrite(listed, long=long))
        gone = asyncio.create_task(reader.read(1))
        try:
            writer.write(await real_reader.readexactly(len(_OKAY)))
            self._trackers.add(tracker)
            await _first(gone, asyncio.create_task(tracker.follow(real_reader)))
        finally:
            self._trackers.discard(tracker)
            real_writer.close()

    async def _answer(self, request: str, writer: asyncio.StreamWriter, rewrite: Rewrite) -> None:
        """Pass a request on and its answer back, rewritten where it is no refusal."""
        reader, real_writer = await self._ask(request)
        try:
            status = await reader.readexactly(len(_OKAY))
            said = await _request(reader)
            writer.write(status + _block(rewrite(said) if status == _OKAY else said))
            await writer.drain()
        finally:
            real_writer.close()

    # --- single phones ----------------------------------------------------------------------------------

    async def _select(
        self, command: str, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            real = self.arrangement.real_name(name)
        except LookupError as error:
            await self._refuse(str(error), command, reader, writer)
        else:
            await self._pass_on(f"{command}{real}", reader, writer)

    async def _about(self, said: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name, rest = self.arrangement.split(said)
        if rest == "get-state" and (state := self.arrangement.state(name)) is not None:
            writer.write(_OKAY + _block(state))
            return
        try:
            real = self.arrangement.real_name(name)
        except LookupError as error:
            writer.write(_FAIL + _block(str(error)))
        else:
            await self._pass_on(f"host-serial:{real}:{rest}" if rest else f"host-serial:{said}", reader, writer)

    async def _connection(self, command: str, name: str, writer: asyncio.StreamWriter) -> None:
        """Connect or disconnect: what is said about the real address is said about the shown name."""
        real = next((known for known, shown in self.arrangement.shown.items() if shown == name), name)
        await self._answer(f"{command}{real}", writer, lambda said: said.replace(real, name))

    @staticmethod
    async def _refuse(message: str, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Refuse a phone; one in another state than those of `_ERRORS` can be selected, and offers no service."""
        if message == "closed":
            writer.write(_OKAY + (_EXTRA_ID if "tport" in command else b""))
            await _request(reader)
        writer.write(_FAIL + _block(message))
        await writer.drain()

    # --- the real server --------------------------------------------------------------------------------

    async def _ask(self, request: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(_LOOPBACK, self._adb_port)
        writer.write(_block(request))
        return reader, writer

    async def _pass_on(self, request: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        real_reader, real_writer = await self._ask(request)
        try:
            await asyncio.gather(_pump(reader, real_writer), _pump(real_reader, writer))
        finally:
            real_writer.close()


class _Tracker:
    """A client that follows the list: it is told when the real server's list changes, and when the names do."""

    def __init__(self, writer: asyncio.StreamWriter, rewrite: Rewrite) -> None:
        self._writer, self._rewrite = writer, rewrite
        self._listed: str | None = None

    async def follow(self, reader: asyncio.StreamReader) -> None:
        """Tell each list of the real server until it ends."""
        while True:
            self._listed = await _request(reader)
            self.tell()
            await self._writer.drain()

    def tell(self) -> None:
        """Tell the last list as it is to be shown now."""
        if self._listed is not None:
            self._writer.write(_block(self._rewrite(self._listed)))


async def _request(reader: asyncio.StreamReader) -> str:
    """Read a text with its length in front.

    Raises:
        ValueError: the length is none.
        EOFError: the connection ends.

    """
    length = int(await reader.readexactly(4), 16)
    return (await reader.readexactly(length)).decode(errors="surrogateescape")


def _block(text: str) -> bytes:
    data = text.encode(errors="surrogateescape")
    return b"%04x%b" % (len(data), data)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes until one side ends; then the other learns that nothing more comes."""
    with suppress(ConnectionError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    with suppress(ConnectionError, OSError):
        writer.write_eof()


async def _first(*tasks: asyncio.Task[object]) -> None:
    """Return when one of the tasks has ended; the others end with it."""
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
