"""HTTP whose answers are bounded in bytes and in total time: an endpoint of somebody else's may send for ever.

A client's own timeouts start anew with each piece that comes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import httpx

from phonefleet.words import say

MOST_BYTES: Final = 1_000_000


class AnswerTooLong(httpx.ReadError):
    """The answer has too many bytes."""


def bounded_client(patience: timedelta, most_bytes: int = MOST_BYTES) -> httpx.Client:
    """Return a client whose requests are all answered within `patience` from now, each with so many bytes at most."""
    until = time.monotonic() + patience.total_seconds()

    def limit_waits(request: httpx.Request) -> None:
        left = max(until - time.monotonic(), 0.001)
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), left)

    def limit_body(response: httpx.Response) -> None:
        response.stream = _Bounded(response, until, most_bytes)

    return httpx.Client(event_hooks={"request": [limit_waits], "response": [limit_body]})


class _Bounded(httpx.SyncByteStream):
    """A body that ends with an error where it is too long or takes too long."""

    def __init__(self, response: httpx.Response, until: float, most_bytes: int) -> None:
        stream = response.stream
        assert isinstance(stream, httpx.SyncByteStream)  # noqa: S101 - what a synchronous client is answered with
        self._stream = stream
        self._request = response.request
        self._until = until
        self._left = most_bytes

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._left -= len(piece)
            if self._left < 0:
                message = say("texts.answer_too_long", "the answer is too long")
                raise AnswerTooLong(message, request=self._request)
            if time.monotonic() > self._until:
                message = say("texts.answer_takes_too_long", "the answer takes too long")
                raise httpx.ReadTimeout(message, request=self._request)
            yield piece

    def close(self) -> None:
        """Close the body's connection."""
        self._stream.close()
