"""The link between a joined host and the main one: relays on loopback that can be cut, as a cable is.

Nothing is refused or reset while it is cut: what is on its way waits, as packets do that are sent again and again, and
arrives afterwards unless its sender has given up meanwhile. A connection that began while it was cut leads nowhere.
It needs no rights, and works wherever Python does.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

T = TypeVar("T")

_LOOPBACK: Final = "127.0.0.1"
_PIECE: Final = 65536


class Link:
    """Relays to some ports of this computer, in the order of `targets`; `close` ends them."""

    def __init__(self, targets: Sequence[int]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="link")
        self._thread.start()
        self._cuts = 0
        self._whole = asyncio.Event()
        self._whole.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers = [self._run(self._listen(target)) for target in targets]
        self.held = 0
        """How many connections have begun since it was cut."""
        self.ports: list[int] = [server.sockets[0].getsockname()[1] for server in self._servers]
        """The ports that lead to the targets."""

    def close(self) -> None:
        """End all connections, and listen no longer."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Let nothing arrive; cut twice, it must be mended twice."""
        self._cuts += 1
        self._loop.call_soon_threadsafe(self._whole.clear)

    def mend(self) -> None:
        """Let everything arrive again."""
        self._cuts = max(self._cuts - 1, 0)
        if self._cuts == 0:
            self._loop.call_soon_threadsafe(self._whole.set)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self, target: int) -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(target, reader, writer)

        return await asyncio.start_server(serve, _LOOPBACK, 0)

    async def _serve(self, target: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole.is_set():
            self.held += 1
            try:
                await self._whole.wait()
            finally:
                self.held -= 1
                writer.transport.abort()
            return
        try:
            there, beyond = await asyncio.open_connection(_LOOPBACK, target)
        except OSError:
            writer.transport.abort()
            return
        for source, drain in ((reader, beyond), (there, writer)):
            task = asyncio.create_task(self._pass(source, drain))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, drain: asyncio.StreamWriter) -> None:
        """Pass on what comes, and the end, each once the link is whole."""
        try:
            with suppress(OSError):
                while data := await source.read(_PIECE):
                    await self._whole.wait()
                    drain.write(data)
                    await drain.drain()
            await self._whole.wait()
        finally:
            drain.close()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}  # those of connections that wait for the link, too
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
