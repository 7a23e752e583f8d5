"""Limits the time and the size of a request's head, against clients that never end it ("slowloris").

uvicorn would wait for ever, for a head of any length. Bodies are limited by `api.edge.bodies`, idle connections between
two requests by uvicorn itself.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.edge.gate import LARGEST_HEAD


class HeadTimeout(HttpToolsProtocol):
    """uvicorn's HTTP protocol that closes a connection whose request head takes longer than `head_within`.

    A head of more than twice `LARGEST_HEAD` bytes is answered with 400; smaller ones are judged by `api.edge.gate`.
    """

    head_within = timedelta(seconds=10)
    _deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] - as uvicorn has it
        """Start the timer of the first head."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Parse received bytes; refuse a head that is longer than any may be."""
        if self._deadline is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._deadline is not None and self._head_bytes > 2 * LARGEST_HEAD:
            self.send_400_response("The head of the request does not end")

    def on_message_begin(self) -> None:
        """Start the timer of a further head on the same connection."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Stop the timer; the next head gets its own."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer for good."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.head_within.total_seconds(), self.transport.close)

    def _stop_waiting(self) -> None:
        self._head_bytes = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
