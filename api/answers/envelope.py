"""The JSON envelope around every answer, the error codes, and `Problem`, which a route raises to refuse.

raise Problem(NOT_FOUND, f"There is no task {task_id}")
raise invalid(("serial", "was never seen by any host"))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field, SerializeAsAny

from api.answers.told import Telling, Told
from phonefleet.errors import PhonefleetError
from phonefleet.wording import wrong_field
from phonefleet.words import joined, say

T = TypeVar("T")

INVALID = 40001
SCRIPT_MISSING = 40002
SCRIPT_UNKNOWN = 40003
NO_ACCOUNT = 40004
UNAUTHORIZED = 40101
FORBIDDEN = 40301
ROLE_NEEDED = 40302
NOT_FOUND = 40401
CONFLICT = 40901
METHOD_NOT_ALLOWED = 40501
TOO_SLOW = 40801
TOO_LARGE = 41301
TOO_MANY = 42901
HEADERS_TOO_LARGE = 43101
INTERNAL = 50001
UNREACHABLE = 50301

_LONGEST_TEXT = 300


class Envelope(BaseModel, Generic[T]):
    """A successful answer."""

    code: int = Field(default=0, description="0 means success.")
    message: str = "success"
    data: T


class FieldError(Telling):
    """What is wrong with one field of the request."""

    field: str
    reason: Told


class ErrorData(BaseModel):
    """What is wrong with the request, field by field."""

    errors: list[SerializeAsAny[FieldError]]


class ErrorEnvelope(Telling):
    """A refusal. The HTTP status is the first three digits of the code."""

    code: int
    message: Told
    data: ErrorData | dict[str, Any] | None = None


class Problem(PhonefleetError):  # noqa: N818 - it is an answer, too
    """The request cannot be served; answered as an error envelope with this code, message, data and headers."""

    def __init__(
        self,
        code: int,
        message: str,
        data: ErrorData | dict[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.summary = message
        """What it is about; of wrong fields without the words before them."""
        self.envelope = ErrorEnvelope(code=code, message=message, data=data)
        self.headers: Mapping[str, str] = headers or {}

    @property
    def http_status(self) -> int:
        """The HTTP status that goes with the code."""
        return self.code // 100


def invalid(*errors: tuple[str, str], code: int = INVALID) -> Problem:
    """Return the problem of a request with wrong fields, given as pairs of field and reason."""
    found = [FieldError(field=_short(field), reason=_short(reason)) for field, reason in errors]
    summary = joined("; ", (wrong_field(error.field, error.reason) for error in found[:3]))
    message = say("answers.invalid_parameters", "Invalid parameters: {summary}", summary=summary)
    problem = Problem(code, _short(message), ErrorData(errors=found[:100]))
    problem.summary = _short(summary)
    return problem


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
