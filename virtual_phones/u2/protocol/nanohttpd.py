"""HTTP/1.1 on a byte stream, as NanoHTTPD 2.3 speaks it: requests in, answers out.

Its ways: a body whose Content-Type names no charset is read as ASCII; a connection that is silent for five seconds is
closed; the query string of a request stays that of the connection until another one comes.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import formatdate
from urllib.parse import parse_qsl, unquote_plus

from virtual_phones.system.streams import ByteStream

LARGEST = 16 << 20
"""Bytes that a request's body may have."""

SILENCE = timedelta(seconds=5)
"""How long the server waits for the next bytes of a connection (NanoHTTPD.SOCKET_READ_TIMEOUT)."""

_LARGEST_HEAD = 1 << 13
_END_OF_HEAD = b"\r\n\r\n"
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 500: "Internal Server Error"}
_METHODS = (
    "GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL",
    "MOVE", "COPY", "LOCK", "UNLOCK",
)  # fmt: skip
_FORM = "application/x-www-form-urlencoded"
_CHARSET = re.compile(r"charset\s*=\s*['\"]?([^\"'^;,]*)", re.IGNORECASE)
_USAGE = "Usage: GET /example/file.html"


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `last` says that the connection is closed after the answer, `query` is None where none ever came."""

    method: str
    path: str
    query: str | None
    body: str
    accepts_gzip: bool
    last: bool

    @property
    def parameters(self) -> dict[str, str]:
        """The first value of each parameter of the query string."""
        return dict(reversed(parse_qsl(self.query or "", keep_blank_values=True)))


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; a picture is sent in chunks, what is text or JSON is compressed for clients that take gzip."""

    status: int
    content_type: str
    body: bytes
    chunked: bool = False

    def to(self, request: Request, now: datetime) -> bytes:
        """Return the bytes that answer a request."""
        packed = request.accepts_gzip and ("text/" in self.content_type or "/json" in self.content_type)
        body = gzip.compress(self.body, mtime=0) if packed else self.body
        chunked = self.chunked or packed
        lines = [
            f"HTTP/1.1 {self.status} {_REASONS[self.status]} ",
            f"Content-Type: {self.content_type}",
            f"Date: {_date(int(now.timestamp()))}",
            f"Connection: {'close' if request.last else 'keep-alive'}",
            *(["Content-Encoding: gzip"] if packed else []),
            "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}",
        ]
        head = "\r\n".join(lines).encode() + _END_OF_HEAD
        return head + (b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if chunked else body)


@functools.lru_cache(maxsize=8)
def _date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


def plain(status: int, words: str) -> Answer:
    """Return an answer of plain text."""
    return Answer(status, "text/plain", words.encode())


class BadRequest(Exception):  # noqa: N818 - an answer, not an error of ours
    """What came is not an HTTP request that this server understands; the text goes back to the client."""


REFUSED = Request("GET", "", None, "", accepts_gzip=False, last=True)
"""What a BadRequest is answered as."""


async def requests(stream: ByteStream, silence: timedelta = SILENCE) -> AsyncIterator[Request]:
    """Yield the requests of a connection until the client closes it, or says nothing for too long.

    Raises:
        BadRequest: what came is none; the connection is of no use any more.
        ValueError: its length is no number; the connection breaks.

    """
    connection = _Connection(stream, silence.total_seconds())
    query: str | None = None
    while (head := await connection.head()) is not None:
        body = await connection.take(head.length)
        if body is None:
            return
        text = body.decode(head.charset, "replace").strip(_BLANKS)
        if head.is_form and text:
            query, text = text, ""
        elif head.query is not None:
            query = head.query
        yield Request(head.method, head.path, query, text, head.accepts_gzip, head.last)


_BLANKS = "".join(map(chr, range(0x21)))
"""What Java's `String.trim` takes away."""


@dataclass(slots=True)
class _Connection:
    stream: ByteStream
    patience: float
    buffer: bytearray = field(default_factory=bytearray)

    async def head(self) -> _Head | None:
        """Read the next head; None when the client closes, or says nothing, before it is whole."""
        while _END_OF_HEAD not in self.buffer:
            if len(self.buffer) > _LARGEST_HEAD:
                raise BadRequest
            if not await self._more():
                return None
        end = self.buffer.index(_END_OF_HEAD)
        head = _Head.read(bytes(self.buffer[:end]))
        del self.buffer[: end + len(_END_OF_HEAD)]
        return head

    async def take(self, length: int) -> bytes | None:
        """Read so many bytes; None when they do not come."""
        while len(self.buffer) < length:
            if not await self._more():
                return None
        data = bytes(self.buffer[:length])
        del self.buffer[:length]
        return data

    async def _more(self) -> bool:
        try:
            async with asyncio.timeout(self.patience):
                chunk = await self.stream.read()
        except TimeoutError:
            return False
        self.buffer += chunk
        return bool(chunk)


@dataclass(frozen=True, slots=True)
class _Head:
    method: str
    path: str
    query: str | None
    version: str
    fields: Mapping[str, str]

    @classmethod
    def read(cls, head: bytes) -> _Head:
        first, _, rest = head.decode("latin-1").partition("\r\n")
        words = first.split()
        if not words:
            message = f"BAD REQUEST: Syntax error. {_USAGE}"
            raise BadRequest(message)
        if len(words) == 1:
            message = f"BAD REQUEST: Missing URI. {_USAGE}"
            raise BadRequest(message)
        if words[0] not in _METHODS:
            message = f"BAD REQUEST: Syntax error. HTTP verb {words[0]} unhandled."
            raise BadRequest(message)
        path, mark, query = words[1].partition("?")
        fields = dict(_field(line) for line in rest.split("\r\n") if ":" in line)
        version = words[2] if len(words) > 2 else "HTTP/1.1"  # noqa: PLR2004 - the third word
        return cls(words[0], unquote_plus(path), query if mark else None, version, fields)

    @property
    def length(self) -> int:
        """Bytes of the body; only two methods have one."""
        length = int(self.fields.get("content-length", "0"))
        if not 0 <= length <= LARGEST:
            message = f"a body of {length} bytes"
            raise ValueError(message)
        return length if self.method in ("POST", "PUT") else 0

    @property
    def charset(self) -> str:
        """The charset of the body, as Python names it."""
        kind = self.fields.get("content-type")
        if kind is None:
            return "utf-8"
        named = _CHARSET.search(kind)
        return named[1].strip() if named is not None else "ascii"

    @property
    def is_form(self) -> bool:
        """Whether the body is taken for a query string."""
        return self.fields.get("content-type", "").partition(";")[0].strip().lower() == _FORM

    @property
    def accepts_gzip(self) -> bool:
        """Whether the client takes compressed answers."""
        return "gzip" in self.fields.get("accept-encoding", "")

    @property
    def last(self) -> bool:
        """Whether the connection is closed after the answer: always with HTTP/1.0."""
        return self.version != "HTTP/1.1" or "close" in self.fields.get("connection", "").lower()


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()
