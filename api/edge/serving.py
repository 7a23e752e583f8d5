"""Runs the API on a port with uvicorn: without pauses for garbage collection, and with a prompt shutdown."""

from __future__ import annotations

import gc
import socket
import sys
from types import FrameType
from typing import cast

import uvicorn
from fastapi import FastAPI

from api.edge import listeners
from api.edge.head_timeout import HeadTimeout
from api.fleet.screens.screens import Screens
from api.live.broadcast import Broadcast
from phonefleet.settings import Settings

_LOOP = "asyncio:SelectorEventLoop" if sys.platform == "win32" else "auto"
"""On Windows the usual loop cannot watch the sockets of PostgreSQL's library."""

_GC_THRESHOLDS = (20_000, 20, 50)
"""Allocations between two collections of each generation; a list of tasks alone makes thousands of objects."""

_LARGEST_MESSAGE = 1_000_000
"""In bytes, of a WebSocket."""

_END_WITHIN = 5
"""Seconds that running requests get for their end at a shutdown."""


class Server(listeners.Server):
    """A uvicorn server without full garbage collections, which closes event streams as soon as a signal comes."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and exclude all objects that exist by now from garbage collection (`gc.freeze`).

        A collection of them would take 0.13 s, in which no request is answered.
        """
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin the shutdown; called by a signal. Event streams and waits for pictures are ended first."""
        app = cast("FastAPI", self.config.app)
        for name in ("broadcast", "screens"):
            endless = cast("Broadcast | Screens | None", getattr(app.state, name, None))
            if endless is not None:
                endless.close_soon()
        super().handle_exit(sig, frame)


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until a signal comes; over TLS if there is a certificate."""
    found = listeners.listeners(settings.host, settings.api_port, settings.tls_files, settings.api_local_port)
    Server(configuration(app, settings), found).run()


def configuration(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Return uvicorn's configuration for the API."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=HeadTimeout,
        loop=_LOOP,
        ws="websockets-sansio",
        ws_max_size=_LARGEST_MESSAGE,
        ws_ping_interval=10,
        ws_ping_timeout=20,
        ws_per_message_deflate=False,  # what joined hosts send is compressed already
        timeout_graceful_shutdown=_END_WITHIN,
    )
