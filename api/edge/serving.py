"""Serves the API on a port, without pauses, and ends at once when asked to, however many clients listen for events."""

from __future__ import annotations

import gc
import socket
import sys
from types import FrameType
from typing import cast

import uvicorn
from fastapi import FastAPI

from api.edge.head_timeout import HeadTimeout
from api.live.broadcast import Broadcast
from phonefleet.settings import Settings

_LOOP = "asyncio:SelectorEventLoop" if sys.platform == "win32" else "auto"
"""On Windows the usual loop cannot watch the sockets of PostgreSQL's library."""

_OBJECTS_BETWEEN_LOOKS = (20_000, 20, 50)

_END_WITHIN = 5
"""Seconds that requests have to end by themselves."""


class Server(uvicorn.Server):
    """A server that never stops to look at all its memory, and that sends listeners away as soon as a signal comes."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve; what is there by now stays, and Python need not look for garbage in it.

        Such a look takes 0.13 s of a processor, and everybody waits; a list of tasks makes objects enough for some.
        """
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_OBJECTS_BETWEEN_LOOKS)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; called by a signal."""
        app = cast("FastAPI", self.config.app)
        broadcast = cast("Broadcast | None", getattr(app.state, "broadcast", None))
        if broadcast is not None:
            broadcast.close_soon()
        super().handle_exit(sig, frame)


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until a signal comes."""
    Server(configuration(app, settings)).run()


def configuration(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Return how uvicorn serves the API."""
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
        ws="none",
        timeout_graceful_shutdown=_END_WITHIN,
    )
