"""What a joined host gets from the main one and gives to it beside the ledger: files, over HTTP.

Every call raises `MainHostAway` while the main host does not answer, and `HostRefused` where it takes this host no
longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, cast

from phonefleet.client.transport import Answer, Unreachable
from phonefleet.errors import HostRefused, MainHostAway
from phonefleet.hosts.connection import MainHost
from phonefleet.hosts.files.outbox import Sent
from phonefleet.words import say

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
_FOREIGN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT})


@dataclass(frozen=True, slots=True)
class HttpFiles:
    """The files of the main host. Thread-safe."""

    main: MainHost

    def ask(self, path: str, query: Mapping[str, object]) -> dict[str, Any] | None:
        """Return an answer's data, None where there is no such thing."""
        try:
            answer = self.main.get(path, query)
        except Unreachable as error:
            raise MainHostAway(_away(error)) from error
        if not _is_there(answer):
            return None
        return cast("dict[str, Any]", answer.json()["data"])

    def download(self, path: str, query: Mapping[str, object], into: BinaryIO) -> bool:
        """Write a content into a file; False where there is no such thing."""
        try:
            return _is_there(self.main.download(path, into, query))
        except Unreachable as error:
            raise MainHostAway(_away(error)) from error

    def send_evidence(self, task_id: int, path: Path) -> Sent:
        """Hand over a file of the evidence of a task."""
        try:
            answer = self.main.put(f"/host/evidence/{task_id}/{path.name}", path.read_bytes())
        except Unreachable as error:
            raise MainHostAway(_away(error)) from error
        return "taken" if _is_there(answer) else "refused"


def _is_there(answer: Answer) -> bool:
    if answer.is_success:
        return True
    if answer.status_code in _GONE:
        return False
    if answer.status_code in _FOREIGN:
        raise HostRefused(_message(answer))
    raise MainHostAway(_message(answer))


def _message(answer: Answer) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, TypeError, LookupError):
        return f"HTTP {answer.status_code} {answer.reason_phrase}"


def _away(error: Unreachable) -> str:
    return say("hosts.main_host_away", "The main host does not answer: {error}", error=error)
