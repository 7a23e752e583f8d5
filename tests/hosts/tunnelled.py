"""A main host and a joined one on this machine: an adb server of its own behind a link that can be slowed and cut."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from api.hosts.tunnels import ServerChannel, Tunnels
from phonefleet.device.adb.host_sockets import HostSockets
from phonefleet.device.adb.servers import AdbServers
from phonefleet.hosts.tunnels.tunnel import PATH, AdbTunnel
from phonefleet.hosts.tunnels.way import Way

T = TypeVar("T")

HOST = "berlin"


class Link:
    """What lies between two hosts: passes bytes on, late if it is slow, and not at all while it is held."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._going = asyncio.Event()
        self._going.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.delay = timedelta(0)
        self.bytes_a_second: float | None = None
        self.after: tuple[int, Callable[[], None]] | None = None
        """What happens once so many bytes have come from the joined host."""
        self._passed = 0

    async def open(self) -> int:
        """Listen on a free port, and return it."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def hold(self) -> None:
        """Pass nothing on any more, in silence, as a network does that is gone."""
        self._going.clear()

    def let_go(self) -> None:
        """Pass everything on again."""
        self._going.set()

    def cut(self) -> None:
        """Reset all connections."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def close(self) -> None:
        """End."""
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        await self._going.wait()
        try:
            there, beyond = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        for source, drain, counts in ((reader, beyond, True), (there, writer, False)):
            self._writers.add(drain)
            task = asyncio.ensure_future(self._pass(source, drain, counts=counts))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, drain: asyncio.StreamWriter, *, counts: bool) -> None:
        loop = asyncio.get_running_loop()
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=1000)
        writing = asyncio.ensure_future(self._write(late, drain))
        try:
            with suppress(OSError):
                while data := await source.read(16_384):
                    if counts:
                        self._count(len(data))
                    await late.put((loop.time() + self.delay.total_seconds(), data))
                await late.put((loop.time(), b""))
                await writing
        finally:
            writing.cancel()
            self._writers.discard(drain)
            drain.transport.abort()

    async def _write(self, late: asyncio.Queue[tuple[float, bytes]], drain: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while True:
            at, data = await late.get()
            if not data:
                return
            await asyncio.sleep(max(0, at - loop.time()))
            if self.bytes_a_second is not None:
                await asyncio.sleep(len(data) / self.bytes_a_second)
            await self._going.wait()
            drain.write(data)
            await drain.drain()

    def _count(self, number: int) -> None:
        self._passed += number
        if self.after is not None and self._passed >= self.after[0]:
            happens, self.after = self.after[1], None
            happens()

    def then(self, number: int, happens: Callable[[], None]) -> None:
        """Let something happen once so many more bytes have come from the joined host."""
        self.after = self._passed + number, happens


@dataclass
class Hosts:
    """The main host as its programs see it, and what a test does to the way to the other one."""

    loop: asyncio.AbstractEventLoop
    servers: AdbServers
    tunnels: Tunnels
    link: Link
    adb_port: int
    worker: asyncio.Task[Any]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the loop of the hosts."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)

    def do(self, what: Callable[[], T]) -> T:
        """Call something in the loop of the hosts."""

        async def done() -> T:
            return what()

        return self.run(done())

    def ready(self) -> int:
        """Return how many connections may begin at once."""
        return self.do(lambda: self.tunnels.ready(HOST))

    def stop_worker(self) -> None:
        """End the worker of the joined host."""

        async def stop() -> None:
            self.worker.cancel()
            await asyncio.gather(self.worker, return_exceptions=True)

        self.run(stop())


@contextmanager
def joined(home: Path, adb_port: int, own_adb_port: int) -> Generator[Hosts]:
    """Run a main host with the adb server on `own_adb_port`, and a joined one with that on `adb_port`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="hosts")
    thread.start()

    def run(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(120)

    try:
        opened, close = run(_open(home, adb_port, own_adb_port))
        try:
            yield opened
        finally:
            run(close())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _open(home: Path, adb_port: int, own: int) -> tuple[Hosts, Callable[[], Coroutine[Any, Any, None]]]:
    sockets = HostSockets.of(home)
    tunnels = Tunnels(sockets)
    await tunnels.open([HOST])

    async def park(websocket: WebSocket) -> None:
        assert websocket.headers["authorization"] == "Bearer ph_host_token"
        await websocket.accept()
        await tunnels.serve(HOST, ServerChannel(websocket))

    app = Starlette(routes=[WebSocketRoute(f"/api/v1{PATH}", park)])
    server = uvicorn.Server(
        uvicorn.Config(
            app, port=0, log_config=None, ws="websockets-sansio", ws_per_message_deflate=False, ws_ping_interval=10
        )
    )
    serving = asyncio.ensure_future(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    link = Link(int(server.servers[0].sockets[0].getsockname()[1]))
    way = Way(f"http://127.0.0.1:{await link.open()}/api/v1", {"Authorization": "Bearer ph_host_token"})
    worker = asyncio.ensure_future(AdbTunnel(way, adb_port, random.Random(7)).run())
    hosts = Hosts(asyncio.get_running_loop(), AdbServers(own, sockets), tunnels, link, adb_port, worker)

    async def close() -> None:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        link.let_go()
        await link.close()
        server.should_exit = True
        await serving
        await tunnels.close()

    return hosts, close
