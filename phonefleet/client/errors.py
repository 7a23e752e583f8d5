"""What goes wrong between a client and the task API."""

from __future__ import annotations

from typing import Any, cast

from phonefleet.errors import Permanent, PhonefleetError, Transient
from phonefleet.words import joined, say

NOT_FOUND = 40401
CONFLICT = 40901
MOST_DETAILS = 5


class ApiUnreachable(Transient):
    """The task API does not answer."""


class ApiError(PhonefleetError):
    """The task API refused a request: `code`, `message` and `data` are those of its envelope."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        self.code = code
        self.data = data
        self._message = message
        super().__init__(self._sentence())

    @property
    def message(self) -> str:
        """The envelope's message; `str()` of the error adds the code and what is wrong with which field."""
        return self._message

    @property
    def details(self) -> list[str]:
        """What is wrong with which field or line, one text each."""
        match self.data:
            case {"errors": [*errors]}:
                return [_detail(error) for error in errors]
            case _:
                return []

    def _sentence(self) -> str:
        details = [detail for detail in self.details if detail not in self._message]
        more = (
            [say("client.more", "and {number} more", number=len(details) - MOST_DETAILS)]
            if len(details) > MOST_DETAILS
            else []
        )
        sentence = say("client.refused", "{message} (code {code})", message=self._message, code=self.code)
        return joined(": ", [sentence, joined("; ", details[:MOST_DETAILS] + more)]) if details else sentence


def _detail(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    told = cast("dict[str, Any]", error)
    place = say("client.line", "line {line}: ", line=told["line"]) if "line" in told else ""
    return place + f"{told['field']} {told['reason']}" if {"field", "reason"} <= told.keys() else str(told)


class FileUnreadable(Permanent):
    """A file of this computer that was to be sent cannot be read."""
