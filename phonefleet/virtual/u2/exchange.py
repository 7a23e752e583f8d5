"""HTTP/1.1 on a byte stream, as much of it as the clients of uiautomator servers use: requests in, answers out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from phonefleet.virtual.streams import ByteStream

LARGEST = 16 << 20
"""Bytes that a request's body may have."""

_LARGEST_HEAD = 1 << 16
_END_OF_HEAD = b"\r\n\r\n"
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 500: "Internal Server Error"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `last` says that the client wants the connection closed after the answer."""

    method: str
    path: str
    body: bytes
    last: bool


class BadRequest(Exception):  # noqa: N818 - an answer, not an error of ours
    """What came is not an HTTP request that this server understands."""


async def requests(stream: ByteStream) -> AsyncIterator[Request]:
    """Yield the requests of a connection until the client closes it.

    Raises:
        BadRequest: what came is none; the connection is of no use any more.

    """
    buffer = bytearray()
    while await _fill(stream, buffer):
        end = buffer.index(_END_OF_HEAD)
        method, path, last, length = _read_head(bytes(buffer[:end]))
        del buffer[: end + len(_END_OF_HEAD)]
        while len(buffer) < length:
            if not (chunk := await stream.read()):
                return
            buffer += chunk
        yield Request(method, path, bytes(buffer[:length]), last)
        del buffer[:length]


def answer(status: int, content_type: str, body: bytes, *, last: bool = False) -> bytes:
    """Return a whole answer."""
    connection = "close" if last else "keep-alive"
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {content_type}\r\n"
        f"Connection: {connection}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _fill(stream: ByteStream, buffer: bytearray) -> bool:
    """Read until a whole head is there; False when the client closes before."""
    while _END_OF_HEAD not in buffer:
        if len(buffer) > _LARGEST_HEAD:
            raise BadRequest
        if not (chunk := await stream.read()):
            return False
        buffer += chunk
    return True


def _read_head(head: bytes) -> tuple[str, str, bool, int]:
    first, _, rest = head.decode("latin-1").partition("\r\n")
    words = first.split(" ")
    if len(words) != 3:  # noqa: PLR2004 - method, path, version
        raise BadRequest
    fields = dict(_read_field(line) for line in rest.split("\r\n") if line)
    length = fields.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST or "transfer-encoding" in fields:
        raise BadRequest
    connection = fields.get("connection", "").lower()
    last = connection == "close" or (words[2] == "HTTP/1.0" and connection != "keep-alive")
    return words[0], words[1], last, int(length)


def _read_field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()
