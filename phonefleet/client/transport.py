"""HTTP for the client: requests to one server, and streams of lines. What an answer means, others know.

It uses `http.client` of Python itself: the command line waits for this import at each call, and larger libraries would
take a quarter to a half of the call to load; see docs/decisions/0027-quick-starts.md.
"""

from __future__ import annotations

import codecs
import json
import selectors
import socket
from base64 import b64encode
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import SplitResult, unquote, urlencode, urlsplit

from phonefleet.words import say

if TYPE_CHECKING:
    from ssl import SSLContext

_PIECE = 64 * 1024


class Unreachable(Exception):  # noqa: N818 - says what is so
    """Nothing that speaks HTTP answers at the address; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the server, as a whole."""

    status_code: int
    reason_phrase: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 200 to 299."""
        return _is_success(self.status_code)

    @property
    def text(self) -> str:
        """The content as UTF-8."""
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        """Return what the content says as JSON. Raises `ValueError`."""
        return json.loads(self.content)


class Transport:
    """The connection to the server of `url`; each step of a call may take as long as `timeout`.

    A user and a password in the URL are sent with each request. `trusted` says which certificates of servers are
    believed; None: those of the machine.

    Raises:
        Unreachable: the URL is none of HTTP.

    """

    def __init__(
        self, url: str, headers: Mapping[str, str], timeout: timedelta, trusted: SSLContext | None = None
    ) -> None:
        with _errors():
            self._where = _parsed(url)
        self._headers = {**headers, **_login(self._where)}
        self._timeout = timeout
        self._trusted = trusted
        self._http = self._connection()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and return the answer; a mapping is sent as JSON.

        Raises:
            Unreachable: there is no answer.

        """
        content, kind = _content(body)
        if _was_closed(self._http):
            self._http.close()  # the next request opens it again
        try:
            with _errors():
                self._http.request(
                    method, self._target(path, query), content, self._headers | kind | dict(headers or {})
                )
                return _whole(self._http.getresponse())
        except BaseException:
            self._http.close()  # half a request or half an answer may be in it
            raise

    @contextmanager
    def stream(
        self,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        silence: timedelta,
    ) -> Generator[Answer | Iterator[str]]:
        """Yield the lines of an answer as they come, or the whole answer where it is no success.

        Raises:
            Unreachable: there is no answer, or nothing came for as long as `silence`.

        """
        http = self._connection()
        try:
            with _errors():
                http.connect()
                http.sock.settimeout(silence.total_seconds())
                http.request("GET", self._target(path, query), headers=self._headers | dict(headers or {}))
                answer = http.getresponse()
                found = _lines(answer) if _is_success(answer.status) else _whole(answer)
            yield found
        finally:
            http.close()

    def download(self, path: str, into: BinaryIO, *, query: Mapping[str, object] | None = None) -> Answer:
        """Write the content of an answer into a file piece by piece, and return the answer without it.

        An answer that is no success is returned whole, and nothing is written.

        Raises:
            Unreachable: there is no answer, or it broke off; a part may have been written.

        """
        if _was_closed(self._http):
            self._http.close()
        try:
            with _errors():
                self._http.request("GET", self._target(path, query), None, self._headers)
                answer = self._http.getresponse()
                if not _is_success(answer.status):
                    return _whole(answer)
                _copy(answer, into)
                return Answer(answer.status, answer.reason, dict(answer.headers.items()), b"")
        except BaseException:
            self._http.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _connection(self) -> HTTPConnection:
        """Return a connection that opens with its first request."""
        host, port, timeout = str(self._where.hostname), self._where.port, self._timeout.total_seconds()
        if self._where.scheme == "https":
            return HTTPSConnection(host, port, timeout=timeout, context=self._trusted)
        return HTTPConnection(host, port, timeout=timeout)

    def _target(self, path: str, query: Mapping[str, object] | None) -> str:
        told = [(name, _written(value)) for name, value in (query or {}).items() if value is not None]
        return f"{self._where.path}{path}" + (f"?{urlencode(told, doseq=True)}" if told else "")


def basic_login(auth: str) -> dict[str, str]:
    """Return the header that sends user:password (RFC 7617)."""
    return {"Authorization": f"Basic {b64encode(auth.encode()).decode()}"}


def _parsed(url: str) -> SplitResult:
    """Return the parts of an HTTP URL. Raises `ValueError`."""
    where = urlsplit(url)
    if where.scheme not in {"http", "https"} or not where.hostname or where.port == 0:
        message = say("client.address", "an address is like http://host:port")
        raise ValueError(message)
    return where


def _login(where: SplitResult) -> dict[str, str]:
    """Return the header with the user and the password of a URL."""
    if where.username is None and where.password is None:
        return {}
    return basic_login(f"{unquote(where.username or '')}:{unquote(where.password or '')}")


def _was_closed(http: HTTPConnection) -> bool:
    """Tell whether the server has ended a connection that no request is on: its end is then there to be read."""
    opened = cast("socket.socket | None", http.sock)
    if opened is None:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(opened, selectors.EVENT_READ)
        return bool(selector.select(0))


def _written(value: object) -> object:
    """Return a value of a query as it is written in one."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return [_written(one) for one in cast("list[object]", value)]
    return value.isoformat() if isinstance(value, datetime) else value


def _content(body: Mapping[str, object] | bytes | Iterable[bytes] | None) -> tuple[Any, dict[str, str]]:
    """Return what is sent, and the header that says what it is."""
    if isinstance(body, Mapping):
        text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode(), {"Content-Type": "application/json"}
    return body, {}


def _is_success(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def _whole(answer: HTTPResponse) -> Answer:
    return Answer(answer.status, answer.reason, dict(answer.headers.items()), answer.read())


def _copy(answer: HTTPResponse, into: BinaryIO) -> None:
    """Write a body into a file. Raises `HTTPException` for one that breaks off."""
    left = answer.length
    while piece := answer.read(_PIECE):
        into.write(piece)
        left = left if left is None else left - len(piece)
    if left:
        nothing = b""
        raise IncompleteRead(nothing, left)


def _lines(answer: HTTPResponse) -> Iterator[str]:
    """Yield the lines of a body without their ends, each as soon as it is there."""
    decoder, rest = codecs.getincrementaldecoder("utf-8")("replace"), ""
    while piece := _piece(answer):
        *lines, rest = (rest + decoder.decode(piece)).split("\n")
        yield from (line.removesuffix("\r") for line in lines)
    if rest:
        yield rest


def _piece(answer: HTTPResponse) -> bytes:
    with _errors():
        return answer.read1(_PIECE)


@contextmanager
def _errors() -> Generator[None]:
    """Translate what goes wrong between here and the server."""
    try:
        yield
    except TimeoutError as error:
        message = say("client.nothing_came", "nothing came in time")
        raise Unreachable(message) from error
    except (HTTPException, OSError, ValueError) as error:
        raise Unreachable(str(error) or type(error).__name__) from error
