"""ASGI middleware that lets Prefect's server work on a few requests at once, and on the others in their order.

The server is one thread: a request more that is begun makes none end earlier. But each takes a connection of the
database for its time. Beyond the kept ones each connection is opened for one request and closed again, with a
handshake and statements that are planned anew, which cost a fifth of a run; and each that is kept holds some 10 MB of
plans.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send


class Turns:
    """Wraps an application: at most `most` of its HTTP requests are worked on at once. WebSockets are not counted."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._free = asyncio.Semaphore(most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request once it is its turn."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        async with self._free:
            await self._app(scope, receive, send)
