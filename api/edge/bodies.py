"""Limits how large a request's body may be and how long a client may take to send it.

Bodies are read whole before a route runs; files for the media library are streamed. It knows nothing of their content.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from api.answers.envelope import TOO_LARGE, TOO_SLOW, Problem, invalid
from phonefleet.words import say

LARGEST_BODY = 999_999
"""In bytes; a body of 1,000,000 bytes is refused."""
PATIENCE = timedelta(seconds=30)
"""How long a client may take to send its body."""

UPLOAD_PATHS = ("/api/v1/media", "/api/v1/apks")
EVIDENCE_PATH = "/api/v1/host/evidence/"
"""Pictures of failures, which come from joined hosts."""

_DRAINED = 32 * LARGEST_BODY
"""So many bytes of a refused body are still read, because most clients read no answer before they have sent it all."""
_DIGITS = 20


async def read_whole(receive: Receive, headers: Headers, patience: timedelta = PATIENCE) -> Receive:
    """Read the whole body, and return an ASGI `receive` that hands it out once.

    Raises:
        Problem: the body is larger than `LARGEST_BODY`, was cut off, or took longer than `patience`.

    """
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return receive
    try:
        async with asyncio.timeout(patience.total_seconds()):
            return _replay(await _read_body(receive, headers), receive)
    except TimeoutError:
        raise Problem(
            TOO_SLOW,
            say(
                "edge.body_did_not_arrive_within",
                "The body did not arrive within {patience} seconds",
                patience=f"{patience.total_seconds():g}",
            ),
        ) from None


def is_upload(scope: Scope) -> bool:
    """Tell whether a request uploads a picture, a video or an APK, which is streamed to the disk."""
    path: str = scope["path"]
    if scope["method"] == "PUT":
        return path.startswith(EVIDENCE_PATH)
    return scope["method"] == "POST" and path in UPLOAD_PATHS


async def limited_stream(receive: Receive, headers: Headers, largest: int, patience: timedelta = PATIENCE) -> Receive:
    """Return an ASGI `receive` for a streamed body of at most `largest` bytes, with at most `patience` between chunks.

    Raises:
        Problem: the header Content-Length announces more; `receive` raises it too, for more bytes or a silent client.

    """
    if _content_length(headers) > largest:
        await _drain(receive)
        raise _too_large(largest)
    size = 0

    async def counted() -> MutableMapping[str, Any]:
        nonlocal size
        try:
            async with asyncio.timeout(patience.total_seconds()):
                message = await receive()
        except TimeoutError:
            raise Problem(
                TOO_SLOW,
                say(
                    "edge.client_sent_nothing_seconds",
                    "The client sent nothing for {patience} seconds",
                    patience=f"{patience.total_seconds():g}",
                ),
            ) from None
        size += len(message.get("body", b""))
        if size > largest:
            await _drain(receive)
            raise _too_large(largest)
        return message

    return counted


async def _drain(receive: Receive) -> None:
    """Read the rest of a refused body, up to `_DRAINED` bytes, so that the client gets to read the answer."""
    size, more = 0, True
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while more and size <= _DRAINED:
                message = await receive()
                size += len(message.get("body", b""))
                more = bool(message.get("more_body", False))


def _too_large(largest: int) -> Problem:
    return Problem(
        TOO_LARGE, say("edge.body_may_most_bytes", "The body may have at most {largest} bytes", largest=largest)
    )


async def _read_body(receive: Receive, headers: Headers) -> bytes:
    """Return the body; one that is too large is read on up to `_DRAINED` bytes, so that the client reads the answer."""
    body = bytearray()
    too_large, size, more = _content_length(headers) > LARGEST_BODY, 0, True
    while more and size <= _DRAINED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise invalid(("body", say("edge.cut_off", "was cut off")))
        chunk = message.get("body", b"")
        size += len(chunk)
        too_large = too_large or size > LARGEST_BODY
        if too_large:
            body.clear()
        else:
            body += chunk
        more = bool(message.get("more_body", False))
    if too_large:
        raise _too_large(LARGEST_BODY)
    return bytes(body)


def _content_length(headers: Headers) -> int:
    declared = headers.get("content-length", "")
    return int(declared) if declared.isdecimal() and len(declared) < _DIGITS else 0


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out the body once, and then the client's own messages, such as a disconnect."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else await receive()

    return replayed
