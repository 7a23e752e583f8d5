"""Every error becomes an envelope with its code, here and nowhere else; no answer carries a traceback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.envelope import (
    CONFLICT,
    INTERNAL,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    SCRIPT_MISSING,
    UNREACHABLE,
    Problem,
    invalid,
)
from phonefleet.errors import KeyReused, LedgerUnreachable

_REASONS = {
    "missing": "is required",
    "extra_forbidden": "is not known",
    "json_invalid": "is not valid JSON",
    "finite_number": "must be a finite number",
    "dict_type": "must be a JSON object",
    "model_attributes_type": "must be a JSON object",
}
_PLACES = ("body", "query", "path", "header")


def install(app: FastAPI) -> None:
    """Make the app answer all errors as envelopes."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(LedgerUnreachable, _unreachable)
    app.add_exception_handler(KeyReused, _conflict)
    app.add_exception_handler(Exception, _internal)


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response of a refusal."""
    return JSONResponse(problem.envelope.model_dump(mode="json"), status_code=problem.http_status, headers=headers)


def reasons(errors: Iterable[Mapping[str, Any]], prefix: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Return field and reason of each error that Pydantic found."""
    return [(_field(prefix + tuple(error["loc"])), _reason(error)) for error in errors]


def _field(location: tuple[str | int, ...]) -> str:
    names = location[1:] if len(location) > 1 and location[0] in _PLACES else location
    return ".".join(str(name) for name in names) or "body"


def _reason(error: Mapping[str, Any]) -> str:
    return _REASONS.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")


async def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 - Starlette registers handlers by class, its type is wider
    return answer(error)


async def _invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    found = error.errors()
    missing = [one for one in found if one["loc"] == ("body", "script_name") and one["type"] in _MISSING]
    return answer(invalid(*reasons(missing), code=SCRIPT_MISSING) if missing else invalid(*_unsized(found)))


_MISSING = ("missing", "script_missing")


def _unsized(errors: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return reasons without the position of a JSON error, which Pydantic counts as a field."""
    return [
        ("body", "is not valid JSON") if error["type"] == "json_invalid" else reasons([error])[0] for error in errors
    ]


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    if error.status_code == METHOD_NOT_ALLOWED // 100:
        problem = Problem(METHOD_NOT_ALLOWED, f"{request.method} is not possible here")
        return answer(problem, error.headers)
    if error.status_code == NOT_FOUND // 100:
        return answer(Problem(NOT_FOUND, "There is nothing at this address"))
    return answer(invalid(("body", "is not valid JSON")))


async def _unreachable(_: Request, error: Exception) -> JSONResponse:
    return answer(Problem(UNREACHABLE, str(error)))


async def _conflict(_: Request, error: Exception) -> JSONResponse:
    return answer(Problem(CONFLICT, str(error)))


async def _internal(_: Request, __: Exception) -> JSONResponse:
    """Answer an error that nobody expected; the server logs it."""
    return answer(Problem(INTERNAL, "Internal error; the server's log tells more"))
