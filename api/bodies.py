"""The body of a request: read whole before a route sees it, with a limit in bytes and one in time."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from api.envelope import TOO_LARGE, TOO_SLOW, Problem, invalid

LARGEST_BODY = 999_999
"""In bytes: a body of a megabyte is refused."""
PATIENCE = timedelta(seconds=30)
"""How long a client may take to send its body."""

_DRAINED = 32 * LARGEST_BODY
_DIGITS = 20


async def whole(receive: Receive, headers: Headers, patience: timedelta = PATIENCE) -> Receive:
    """Read the body and return a `receive` that hands it out once. Raises `Problem`."""
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return receive
    try:
        async with asyncio.timeout(patience.total_seconds()):
            return _replay(await _bounded(receive, headers), receive)
    except TimeoutError:
        raise Problem(TOO_SLOW, f"The body did not arrive within {patience.total_seconds():g} seconds") from None


async def _bounded(receive: Receive, headers: Headers) -> bytes:
    """Return the body; one that is too large is read to its end (within reason), so that the client sees our answer."""
    body = bytearray()
    too_large, size, more = _declared(headers) > LARGEST_BODY, 0, True
    while more and size <= _DRAINED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise invalid(("body", "was cut off"))
        chunk = message.get("body", b"")
        size += len(chunk)
        too_large = too_large or size > LARGEST_BODY
        if too_large:
            body.clear()
        else:
            body += chunk
        more = bool(message.get("more_body", False))
    if too_large:
        raise Problem(TOO_LARGE, f"The body may have at most {LARGEST_BODY} bytes")
    return bytes(body)


def _declared(headers: Headers) -> int:
    declared = headers.get("content-length", "")
    return int(declared) if declared.isdecimal() and len(declared) < _DIGITS else 0


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out the body once, then whatever the client does."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else await receive()

    return replayed
