"""How a joined host opens WebSockets to the main one: where to, as whom, and how TLS is verified."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

PING_EVERY: Final = timedelta(seconds=10)
PONG_WITHIN: Final = timedelta(seconds=20)
_OPENS_WITHIN: Final = timedelta(seconds=15)
_CLOSES_WITHIN: Final = timedelta(seconds=2)

LOST: Final = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError, EOFError)
"""What a WebSocket raises that does not come to be, or breaks."""


@dataclass(frozen=True, slots=True)
class Way:
    """The way to the main host's API: its address up to and with `/api/v1`, who calls, and how TLS is verified.

    Way("https://fleet.example:50809/api/v1", {"Authorization": "Bearer …"}, ssl.create_default_context())
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    tls: ssl.SSLContext | None = None

    @asynccontextmanager
    async def open(self, path: str) -> AsyncGenerator[ClientConnection]:
        """Open a WebSocket. Raises one of `LOST`."""
        secure = self.url.startswith("https:")
        try:
            opening = connect(
                "ws" + self.url.removeprefix("http") + path,
                additional_headers=self.headers,
                compression=None,  # pictures are compressed already
                proxy=None,
                open_timeout=_OPENS_WITHIN.total_seconds(),
                ping_interval=PING_EVERY.total_seconds(),
                ping_timeout=PONG_WITHIN.total_seconds(),
                close_timeout=_CLOSES_WITHIN.total_seconds(),
                ssl=(self.tls or True) if secure else None,
            )
            async with opening as socket:
                yield socket
        except InvalidURI as error:
            raise OSError(str(error)) from error
