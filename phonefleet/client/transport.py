"""HTTP for the client, over urllib3: requests of one server, and streams of lines; what an answer means, others know.

urllib3, because the command line waits for this import at each call: httpx takes four times as long to load.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import unquote, urlencode

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout, make_headers
from urllib3.exceptions import HTTPError, LocationParseError, ReadTimeoutError
from urllib3.util import Url, parse_url

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
        return HTTPStatus.OK <= self.status_code < HTTPStatus.MULTIPLE_CHOICES

    @property
    def text(self) -> str:
        """The content as UTF-8."""
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        """Return what the content says as JSON. Raises `ValueError`."""
        return json.loads(self.content)


class Transport:
    """Connections to the server of `url`, one after another; `timeout` holds for each step of a call.

    A user and a password in the URL are sent with each request.

    Raises:
        Unreachable: the URL is none of HTTP.

    """

    def __init__(self, url: str, headers: Mapping[str, str], timeout: timedelta) -> None:
        with _errors(timeout):
            where = _parsed(url)
        self._base = where.path or ""
        self._timeout = timeout
        self._headers = {**headers, **_login(where)}
        kind = HTTPSConnectionPool if where.scheme == "https" else HTTPConnectionPool
        self._pool = kind(str(where.host), where.port, timeout=_both(timeout), retries=False, maxsize=1)

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
        with _errors(self._timeout):
            answer = self._pool.urlopen(
                method, self._target(path, query), content, {**self._headers, **kind, **(headers or {})}, redirect=False
            )
            return _whole(answer)

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
        patience = Timeout(connect=self._timeout.total_seconds(), read=silence.total_seconds())
        with _errors(silence):
            answer = self._pool.urlopen(
                "GET", self._target(path, query), headers={**self._headers, **(headers or {})}, redirect=False,
                timeout=patience, preload_content=False,
            )  # fmt: skip
            try:
                is_success = HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES
                yield _lines(answer) if is_success else _whole(answer)
            finally:
                answer.close()

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _target(self, path: str, query: Mapping[str, object] | None) -> str:
        told = [(name, _written(value)) for name, value in (query or {}).items() if value is not None]
        return f"{self._base}{path}" + (f"?{urlencode(told, doseq=True)}" if told else "")


def _parsed(url: str) -> Url:
    """Return the parts of an HTTP URL. Raises `LocationParseError`."""
    where = parse_url(url)
    if where.scheme not in {"http", "https"}:
        message = "an address begins with http:// or https://"
        raise LocationParseError(message)
    if not where.host or where.port == 0:
        raise LocationParseError(url)
    return where


def _login(where: Url) -> dict[str, str]:
    return make_headers(basic_auth=unquote(where.auth)) if where.auth else {}


def _both(timeout: timedelta) -> Timeout:
    return Timeout(connect=timeout.total_seconds(), read=timeout.total_seconds())


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


def _whole(answer: BaseHTTPResponse) -> Answer:
    return Answer(answer.status, answer.reason or "", answer.headers, answer.data)


def _lines(answer: BaseHTTPResponse) -> Iterator[str]:
    """Yield the lines of a body without their ends, each as soon as it is there."""
    decoder, rest = codecs.getincrementaldecoder("utf-8")("replace"), ""
    while piece := answer.read1(_PIECE):
        *lines, rest = (rest + decoder.decode(piece)).split("\n")
        yield from (line.removesuffix("\r") for line in lines)
    if rest:
        yield rest


@contextmanager
def _errors(patience: timedelta) -> Generator[None]:
    """Translate what goes wrong between here and the server."""
    try:
        yield
    except ReadTimeoutError as error:
        message = f"nothing came for {patience.total_seconds():g} seconds"
        raise Unreachable(message) from error
    except (HTTPError, UnicodeError) as error:
        raise Unreachable(str(error.__cause__ or error)) from error
