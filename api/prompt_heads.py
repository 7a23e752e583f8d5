"""HTTP whose clients must be prompt: uvicorn waits for ever for the rest of a request's head, and so for any number.

How long a body may take is the business of `api.bodies`; a connection between two requests is uvicorn's own.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class PromptHeads(H11Protocol):
    """Closes a connection on which the head of a request does not arrive in time, however steadily it trickles."""

    head_within = timedelta(seconds=10)
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] - as uvicorn has it
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what has come; it may have ended the wait, or be the beginning of another head."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._await_head()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.head_within.total_seconds(), self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
