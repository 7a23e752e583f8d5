"""One TCP connection of an adb server: the handshake, then streams. All stream state lives and dies with it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress

from virtual_phones.wire import packet
from virtual_phones.wire.packet import Command, Packet
from virtual_phones.wire.stream import Stream

Service = Callable[[Stream], Awaitable[None]]
OpenService = Callable[[str], Awaitable[Service | None]]
"""Finds what answers a service name such as `shell:ls`; None refuses it."""

_log = logging.getLogger(__name__)
_BACKLOG = 4 * packet.MAX_PAYLOAD
"""Unsent bytes above which senders wait for the socket."""


class Connection:
    """Speaks ADB with one adb server. `thawed` is cleared while the phone is frozen: then nothing is answered."""

    def __init__(  # noqa: PLR0913 - the two ends of the connection and what it shares with its daemon
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, banner: bytes, open_service: OpenService,
        *, authorized: asyncio.Event, thawed: asyncio.Event,
    ) -> None:  # fmt: skip
        self._reader, self._writer = reader, writer
        self._banner, self._open_service = banner, open_service
        self._authorized, self._thawed = authorized, thawed
        self._max_payload = packet.MAX_PAYLOAD
        self._ids = itertools.count(1)
        self._streams: dict[int, Stream] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until the connection ends, then end everything that it carried."""
        try:
            while not self._writer.transport.is_closing():
                received = await packet.read_packet(self._reader)
                await self._thawed.wait()
                if not self._writer.transport.is_closing():
                    await self._handle(received)
        except (EOFError, ConnectionError) as end:
            _log.debug("connection ended: %s", end)
        finally:
            self.drop()
            await self._end_tasks()

    def drop(self) -> None:
        """Cut the TCP connection at once."""
        self._writer.transport.abort()
        for stream in self._streams.values():
            stream.hang_up()

    # --- packets ----------------------------------------------------------------------------------------

    async def _handle(self, received: Packet) -> None:
        match received.command:
            case Command.CNXN:
                self._max_payload = min(received.arg1, packet.MAX_PAYLOAD)
                await self._greet()
            case Command.AUTH:
                await self._refuse_key(received)
            case Command.OPEN if self._authorized.is_set():
                self._spawn(self._open(received.arg0, received.data.rstrip(b"\0").decode(errors="replace")))
            case Command.WRTE | Command.OKAY | Command.CLSE:
                await self._to_stream(received)
            case _:
                _log.debug("ignored packet %#x", received.command)

    async def _greet(self) -> None:
        if self._authorized.is_set():
            await self._send_banner()
        else:
            await self._send(Packet(Command.AUTH, packet.TOKEN, 0, os.urandom(20)))
            self._spawn(self._greet_once_authorized())

    async def _refuse_key(self, received: Packet) -> None:
        """Ask again for each signature; a public key stays unanswered, as while the prompt is on the screen.

        Once authorized nothing is refused: a token after the banner would make adb take the phone for unauthorized.
        """
        if received.arg0 == packet.SIGNATURE and not self._authorized.is_set():
            await self._send(Packet(Command.AUTH, packet.TOKEN, 0, os.urandom(20)))

    async def _greet_once_authorized(self) -> None:
        await self._authorized.wait()
        await self._send_banner()

    async def _send_banner(self) -> None:
        await self._send(Packet(Command.CNXN, packet.VERSION, packet.MAX_PAYLOAD, self._banner))

    async def _to_stream(self, received: Packet) -> None:
        stream = self._streams.get(received.arg1)
        if stream is None:
            if received.command == Command.WRTE:
                await self._send(Packet(Command.CLSE, 0, received.arg0))
        elif received.command == Command.WRTE:
            stream.feed(received.data)
        elif received.command == Command.OKAY:
            stream.acknowledge(received.arg0)
        else:
            self._streams.pop(stream.local_id, None)
            await stream.close()

    async def _send(self, outgoing: Packet) -> None:
        await self._thawed.wait()
        if self._writer.transport.is_closing():
            return
        self._writer.write(outgoing.encode())
        if self._writer.transport.get_write_buffer_size() > _BACKLOG:
            await self._writer.drain()

    # --- streams ----------------------------------------------------------------------------------------

    async def _open(self, remote_id: int, name: str) -> None:
        _log.debug("open %s", name)
        service = await self._open_service(name)
        if service is None:
            await self._send(Packet(Command.CLSE, 0, remote_id))
            return
        stream = self._new_stream(remote_id)
        await self._send(Packet(Command.OKAY, stream.local_id, remote_id))
        try:
            with suppress(ConnectionError):
                await service(stream)
        except Exception:  # noqa: BLE001 - a process edge: on a phone, too, a service dies alone
            _log.exception("the service %s failed", name)
        finally:
            await stream.close()
            self._streams.pop(stream.local_id, None)

    def _new_stream(self, remote_id: int) -> Stream:
        stream = Stream(next(self._ids), remote_id, self._max_payload, self._send, self._open_back)
        self._streams[stream.local_id] = stream
        return stream

    async def _open_back(self, address: str) -> Stream:
        """Open a stream to an address of the computer, which it allows for those that it has reversed.

        Raises:
            ConnectionError: it refuses, or the connection is gone.

        """
        if self._writer.transport.is_closing():
            message = "adb is gone"
            raise ConnectionResetError(message)
        stream = self._new_stream(0)
        await self._send(Packet(Command.OPEN, stream.local_id, 0, address.encode() + b"\0"))
        await stream.accepted()
        return stream

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
