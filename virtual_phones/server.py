"""Runs a virtual fleet as a process of its own, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn

from virtual_phones.fleet import FleetAddresses, FleetOptions, VirtualFleet, bind
from virtual_phones.names.showing import odd_names
from virtual_phones.world_api import world_app


class _HttpServer(uvicorn.Server):
    """A server that leaves signals to the process that it is part of."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


def run_fleet(options: FleetOptions, announce: Callable[[FleetAddresses], None]) -> None:
    """Serve virtual phones until SIGTERM or SIGINT; `announce` is called once, when all of them can be reached.

    Raises:
        PortBusy: a port is taken; the message names the option.
        BadOptions: the options do not fit.
        ManifestBroken: a folder of saved screens has a mistake.

    """
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(options, announce))


@asynccontextmanager
async def serving(options: FleetOptions) -> AsyncGenerator[tuple[VirtualFleet, FleetAddresses]]:
    """Serve the phones and the HTTP API of a fleet inside of the block."""
    with bind(options.world_port, "choose another one with --world-port.") as listener:
        async with (
            VirtualFleet(options) as fleet,
            odd_names(options.names_of, fleet.serials, options.seed) as front,
            _http(fleet, listener),
        ):
            port: int = listener.getsockname()[1]
            yield fleet, FleetAddresses(fleet.serials, f"http://127.0.0.1:{port}", front and front.port)


@asynccontextmanager
async def _http(fleet: VirtualFleet, listener: socket.socket) -> AsyncGenerator[None]:
    config = uvicorn.Config(world_app(fleet), log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = _HttpServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


async def _run(options: FleetOptions, announce: Callable[[FleetAddresses], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers; there Ctrl-C ends the loop by KeyboardInterrupt.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with serving(options) as (_, addresses):
        announce(addresses)
        await stop.wait()
