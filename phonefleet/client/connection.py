"""One HTTP connection to the task API: sends requests, opens envelopes, translates errors."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import httpx

from phonefleet.client.errors import ApiError, ApiUnreachable, FileUnreadable
from phonefleet.clock import Clock

DEFAULT_URL = "http://localhost:50809"
BASE_PATH = "/api/v1"
PATIENT_TRIES = 5
_PIECE = 64 * 1024
LONGEST_WAIT = timedelta(seconds=10)


_CREDENTIALS = re.compile(r"//[^/?#]*@")
"""A user and a password in an address, which nobody is to see."""


class Unset(Enum):
    """Marks an argument that was not given, where None means something."""

    UNSET = "unset"


UNSET = Unset.UNSET


class Connection:
    """Calls the API at `url`, with the token if there is one; `timeout` holds for each call, not for streams.

    A server that asks for patience (code 42901) is asked again after the time that it names.
    """

    def __init__(self, url: str, token: str | None, timeout: timedelta, clock: Clock) -> None:
        root = url.rstrip("/").removesuffix(BASE_PATH)
        self.url = _CREDENTIALS.sub("//", root)
        self._clock = clock
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        base, patience = root + BASE_PATH, timeout.total_seconds()
        with self._errors():
            self._http = httpx.Client(base_url=base, headers=headers, timeout=patience, trust_env=False)
            _check_port(self._http.base_url)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return the `data` of the answer.

        Raises:
            ApiUnreachable: nothing answers there.
            ApiError: the answer is a refusal.

        """
        return _opened(self._send(method, path, params=_query(query), json=body, headers=headers))

    def fetch(self, path: str, *, query: Mapping[str, object] | None = None) -> httpx.Response:
        """Return an answer that is no envelope: a picture, a text. Raises as `call` does."""
        answer = self._send("GET", path, params=_query(query))
        if not answer.is_success:
            _opened(answer)
        return answer

    def upload(self, path: str, content: bytes, media_type: str, *, query: Mapping[str, object] | None = None) -> Any:
        """POST a body that is not JSON and return the `data` of the answer. Raises as `call` does."""
        headers = {"Content-Type": media_type}
        return _opened(self._send("POST", path, params=_query(query), content=content, headers=headers))

    def upload_file(self, path: str, file: Path, *, query: Mapping[str, object] | None = None) -> Any:
        """POST a file of this computer, read while it is sent, and return the `data` of the answer.

        Raises:
            FileUnreadable: it cannot be read; otherwise as `call` does.

        """
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(_size(file))}
        return _opened(self._send("POST", path, params=_query(query), content=_Pieces(file), headers=headers))

    def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        with self._errors():
            answer = self._http.request(method, path, **content)
            for _ in range(PATIENT_TRIES):
                if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                    break
                self._clock.sleep(min(_wanted_wait(answer), LONGEST_WAIT))
                answer = self._http.request(method, path, **content)
        return answer

    @contextmanager
    def lines(
        self,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        silence: timedelta,
    ) -> Generator[Iterator[str]]:
        """Yield the lines of an answer that has no end, as they come. Raises as `call` does.

        A server that says nothing for as long as `silence` counts as gone.
        """
        timeout = httpx.Timeout(self._http.timeout.connect, read=silence.total_seconds())
        with (
            self._errors(),
            self._http.stream("GET", path, params=_query(query), headers=headers, timeout=timeout) as answer,
        ):
            if not answer.is_success:
                answer.read()
                _opened(answer)
            yield answer.iter_lines()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            message = f"The API at {self.url} does not answer ({error}): is `phonefleet up` running?"
            raise ApiUnreachable(message) from error


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A file that is read from its beginning whenever a request sends it."""

    file: Path

    def __iter__(self) -> Iterator[bytes]:
        with self.file.open("rb") as content:
            while piece := content.read(_PIECE):
                yield piece


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise FileUnreadable(message) from error


def _wanted_wait(answer: httpx.Response) -> timedelta:
    told = answer.headers.get("Retry-After", "")
    return timedelta(seconds=int(told) if told.isdecimal() else 1)


def given(**fields: object) -> dict[str, object]:
    """Return the fields that are neither None nor unset."""
    return {name: value for name, value in fields.items() if value is not None and value is not UNSET}


def changed(**fields: object) -> dict[str, object]:
    """Return the fields that are not unset; None clears a field."""
    return {name: value for name, value in fields.items() if value is not UNSET}


def _query(values: Mapping[str, object] | None) -> dict[str, Any]:
    found = {name: value for name, value in (values or {}).items() if value is not None}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items()}


def _check_port(url: httpx.URL) -> None:
    """Refuse a port that there is none of: a socket would take its last 16 bits and reach a stranger."""
    if url.port is not None and not 0 < url.port < 2**16:
        message = f"there is no port {url.port}"
        raise httpx.InvalidURL(message)


def _opened(answer: httpx.Response) -> Any:
    """Return the data of an envelope."""
    try:
        envelope = cast("dict[str, Any]", answer.json())
        code, message, data = int(envelope["code"]), str(envelope["message"]), envelope["data"]
    except (ValueError, KeyError, TypeError) as error:
        status = f"{answer.status_code} {answer.reason_phrase}".rstrip()
        place = _CREDENTIALS.sub("//", str(answer.url.copy_with(query=None)))
        message = f"What answers at {place} is not phonefleet's API (HTTP {status})"
        raise ApiError(answer.status_code, message) from error
    if code:
        raise ApiError(code, message, data)
    return data
