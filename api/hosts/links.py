"""The links of joined hosts: WebSockets by which the API hears that their workers live, and gives them hints.

Used in the API's event loop; `hint` from any thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from phonefleet.errors import LedgerUnreachable
from phonefleet.hosts.tunnels.link import Hint, written

_log = logging.getLogger(__name__)

_RECORDED_EVERY: Final = timedelta(seconds=8)
"""How often it is recorded that something was heard of a host."""
_SILENT_FOR: Final = timedelta(seconds=25)
"""A link over which nothing came for so long is closed; the worker speaks every few seconds."""
_SENT_WITHIN: Final = timedelta(seconds=10)


class HostLinks:
    """The open links, by host.

    `seen` records that something was heard of a host; `may_go_on` tells whether its token still counts.
    """

    def __init__(self, seen: Callable[[str], Awaitable[object]]) -> None:
        self._seen = seen
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open: dict[str, set[WebSocket]] = {}
        self._sending: set[asyncio.Task[None]] = set()

    def is_linked(self, name: str) -> bool:
        """Tell whether the worker of a host is heard now."""
        return bool(self._open.get(name))

    async def serve(self, name: str, websocket: WebSocket, may_go_on: Callable[[], Awaitable[bool]]) -> None:
        """Keep a link until it breaks, or its token ends."""
        self._loop = asyncio.get_running_loop()
        self._open.setdefault(name, set()).add(websocket)
        recorded = float("-inf")
        try:
            while await _heard(websocket) and await may_go_on():
                if self._loop.time() - recorded > _RECORDED_EVERY.total_seconds():
                    await self._record(name)
                    recorded = self._loop.time()
        finally:
            self._open[name].discard(websocket)
            await _close(websocket)

    def hint(self, hint: Hint, name: str | None = None) -> None:
        """Send a hint to a host, or to all that are linked; who cannot be reached does without."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._send_soon, hint, name)

    def _send_soon(self, hint: Hint, name: str | None) -> None:
        for host, sockets in self._open.items():
            for websocket in sockets if name in {None, host} else ():
                task = asyncio.create_task(_sent(websocket, written(hint)))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)

    async def _record(self, name: str) -> None:
        try:
            await self._seen(name)
        except LedgerUnreachable as error:
            _log.warning("Nobody records that the host %s lives: %s", name, error.message)


async def _heard(websocket: WebSocket) -> bool:
    """Wait for the next message; False where the link is closed, or silent for too long."""
    try:
        async with asyncio.timeout(_SILENT_FOR.total_seconds()):
            return (await websocket.receive())["type"] != "websocket.disconnect"
    except (WebSocketDisconnect, RuntimeError, TimeoutError):
        return False


async def _sent(websocket: WebSocket, message: str) -> None:
    with suppress(WebSocketDisconnect, RuntimeError, OSError, TimeoutError):  # who serves it hears of its end
        async with asyncio.timeout(_SENT_WITHIN.total_seconds()):
            await websocket.send_text(message)


async def _close(websocket: WebSocket) -> None:
    if websocket.application_state is WebSocketState.CONNECTED:
        with suppress(WebSocketDisconnect, RuntimeError, OSError):
            await websocket.close()
