"""HTTP whose clients must be prompt and brief: uvicorn waits for ever for the rest of a request's head, of any length.

How long a body may take is the business of `api.edge.bodies`; a connection between two requests is uvicorn's own.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.edge.gate import LARGEST_HEAD


class HeadTimeout(HttpToolsProtocol):
    """Closes a connection on which the head of a request does not end in time, or goes on beyond any good length."""

    head_within = timedelta(seconds=10)
    _deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] - as uvicorn has it
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what has come, unless it makes a head that is longer than any."""
        if self._deadline is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._deadline is not None and self._head_bytes > 2 * LARGEST_HEAD:
            self.send_400_response("The head of the request does not end")

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a head."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """End the wait; another head has its own time."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
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
