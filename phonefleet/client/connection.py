"""One HTTP connection to the task API: sends requests, opens envelopes, translates errors."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from phonefleet.client.errors import ApiError, ApiUnreachable, FileUnreadable
from phonefleet.client.transport import Answer, Transport, Unreachable
from phonefleet.clock import Clock
from phonefleet.tls.trust import client_context
from phonefleet.words import say

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

    `authority` is a PEM file of whom to trust with https. A server that asks for patience (code 42901) is asked again
    after the time that it names.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a connection is made of
        self,
        url: str,
        token: str | None,
        timeout: timedelta,
        clock: Clock,
        language: str | None = None,
        authority: Path | None = None,
    ) -> None:
        root = url.rstrip("/").removesuffix(BASE_PATH)
        self.url = _CREDENTIALS.sub("//", root)
        self._clock = clock
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Accept-Language": language} if language else {}
        with self._errors():
            self._http = Transport(root + BASE_PATH, headers, timeout, authority and client_context(authority))

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
        return self._opened(self._send(method, path, query=query, body=body, headers=headers))

    def fetch(self, path: str, *, query: Mapping[str, object] | None = None) -> Answer:
        """Return an answer that is no envelope: a picture, a text. Raises as `call` does."""
        answer = self._send("GET", path, query=query)
        if not answer.is_success:
            self._opened(answer)
        return answer

    def upload(self, path: str, content: bytes, media_type: str, *, query: Mapping[str, object] | None = None) -> Any:
        """POST a body that is not JSON and return the `data` of the answer. Raises as `call` does."""
        headers = {"Content-Type": media_type}
        return self._opened(self._send("POST", path, query=query, body=content, headers=headers))

    def upload_file(self, path: str, file: Path, *, query: Mapping[str, object] | None = None) -> Any:
        """POST a file of this computer, read while it is sent, and return the `data` of the answer.

        Raises:
            FileUnreadable: it cannot be read; otherwise as `call` does.

        """
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(_size(file))}
        return self._opened(self._send("POST", path, query=query, body=_Pieces(file), headers=headers))

    def _send(self, method: str, path: str, **content: Any) -> Answer:
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
        with self._errors(), self._http.stream(path, query=query, headers=headers, silence=silence) as answer:
            if isinstance(answer, Answer):
                self._opened(answer)
            else:
                yield answer

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _opened(self, answer: Answer) -> Any:
        """Return the data of an envelope."""
        try:
            envelope = cast("dict[str, Any]", answer.json())
            code, message, data = int(envelope["code"]), str(envelope["message"]), envelope["data"]
        except (ValueError, KeyError, TypeError) as error:
            status = f"{answer.status_code} {answer.reason_phrase}".rstrip()
            message = say(
                "client.no_api", "What answers at {url} is not phonefleet's API (HTTP {status})",
                url=self.url, status=status,
            )  # fmt: skip
            raise ApiError(answer.status_code, message) from error
        if code:
            raise ApiError(code, message, data)
        return data

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except Unreachable as error:
            message = say(
                "client.no_answer", "The API at {url} does not answer ({why}): is `phonefleet up` running?",
                url=self.url, why=error,
            )  # fmt: skip
            raise ApiUnreachable(message) from error


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A file that is read from its beginning whenever a request sends it."""

    file: Path

    def __iter__(self) -> Iterator[bytes]:
        try:
            with self.file.open("rb") as content:
                while piece := content.read(_PIECE):
                    yield piece
        except OSError as error:
            raise _unreadable(self.file, error) from error


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError) -> FileUnreadable:
    return FileUnreadable(say("client.unreadable", "{file} cannot be read: {why}", file=file, why=error.strerror))


def _wanted_wait(answer: Answer) -> timedelta:
    told = answer.headers.get("Retry-After", "")
    return timedelta(seconds=int(told) if told.isdecimal() else 1)


def given(**fields: object) -> dict[str, object]:
    """Return the fields that are neither None nor unset."""
    return {name: value for name, value in fields.items() if value is not None and value is not UNSET}


def changed(**fields: object) -> dict[str, object]:
    """Return the fields that are not unset; None clears a field."""
    return {name: value for name, value in fields.items() if value is not UNSET}
