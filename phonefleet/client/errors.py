"""What goes wrong between a client and the task API."""

from __future__ import annotations

from typing import Any, cast

from phonefleet.errors import PhonefleetError, Transient

NOT_FOUND = 40401
CONFLICT = 40901


class ApiUnreachable(Transient):
    """The task API does not answer."""


class ApiError(PhonefleetError):
    """The task API refused a request: `code`, `message` and `data` are those of its envelope."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(_sentence(code, message, data))
        self.code = code
        self.data = data
        self._message = message

    @property
    def message(self) -> str:
        """The envelope's message; `str()` of the error adds the code and what is wrong with which field."""
        return self._message


def _sentence(code: int, message: str, data: Any) -> str:
    """Return an error as one sentence for a person, each reason once."""
    told: Any = cast("dict[str, Any]", data).get("errors") if isinstance(data, dict) else None
    errors = cast("list[Any]", told) if isinstance(told, list) else []
    details = [detail for detail in map(_detail, errors) if detail not in message]
    return f"{message} (code {code})" + (f": {'; '.join(details)}" if details else "")


def _detail(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    told = cast("dict[str, Any]", error)
    return f"{told['field']} {told['reason']}" if {"field", "reason"} <= told.keys() else str(told)
