"""Turns every exception into an error envelope with its code; no answer carries a traceback.

This is the only place that knows which exception gets which code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from api.answers.envelope import (
    CONFLICT,
    INTERNAL,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    SCRIPT_MISSING,
    UNREACHABLE,
    Problem,
    invalid,
)
from api.prefect.client import PrefectRefused, PrefectUnreachable
from phonefleet import wording
from phonefleet.errors import (
    AccountTaken,
    AliasTaken,
    CampaignExists,
    DeviceUnknown,
    HostExists,
    HostInUse,
    HostUnknown,
    KeyReused,
    LastAdministrator,
    LedgerUnreachable,
    LimitsChanged,
    NameUnclear,
    NotHeld,
    PersonExists,
    PersonUnknown,
    PhoneInUse,
    TakenOver,
)
from phonefleet.scripts.forms import nearest_name
from phonefleet.text import printable
from phonefleet.words import say

_OBJECTS = frozenset({"dict_type", "model_type", "model_attributes_type"})
_CONFLICTS = (
    CampaignExists, KeyReused, AliasTaken, AccountTaken, LimitsChanged, NotHeld, PhoneInUse, TakenOver
)  # fmt: skip
_PLACES = ("body", "query", "path", "header")
_BODIES = (("<tasks>",), ("<days>",))


def install(app: FastAPI) -> None:
    """Register the exception handlers in the app."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(LedgerUnreachable, _unreachable)
    app.add_exception_handler(PrefectUnreachable, _unreachable)
    app.add_exception_handler(PrefectRefused, _conflict)
    app.add_exception_handler(NameUnclear, _unclear)
    for unknown in (DeviceUnknown, PersonUnknown, HostUnknown):
        app.add_exception_handler(unknown, _unknown)
    for conflict in (
        CampaignExists,
        KeyReused,
        AliasTaken,
        AccountTaken,
        LimitsChanged,
        NotHeld,
        PhoneInUse,
        TakenOver,
        PersonExists,
        LastAdministrator,
        HostExists,
        HostInUse,
    ):
        app.add_exception_handler(conflict, _conflict)
    app.add_exception_handler(Exception, _internal)


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a problem as an HTTP response."""
    body = problem.envelope.model_dump(mode="json")
    return JSONResponse(body, status_code=problem.http_status, headers={**problem.headers, **(headers or {})})


def reasons(
    errors: Iterable[Mapping[str, Any]], prefix: tuple[str, ...] = (), model: type[BaseModel] | None = None
) -> list[tuple[str, str]]:
    """Return the dotted field name and the reason of each of Pydantic's errors; `prefix` goes before each location.

    With the model, the name that is most like an unknown one is told.
    """
    return [(_field(prefix + tuple(error["loc"])), _reason(error, model)) for error in errors]


def not_known(model: type[BaseModel], place: Sequence[str | int]) -> str:
    """Return what is told of a field that a model does not have, with the name that is most like it."""
    nearest = nearest_name(model, place)
    if not nearest:
        return say("answers.not_known", "is not known")
    return say("answers.did_you_mean", "is not known; did you mean {nearest}?", nearest=nearest)


def _field(location: tuple[str | int, ...]) -> str:
    location = _place(location)
    names = location[1:] if len(location) > 1 and location[0] in _PLACES else location
    return ".".join(str(name) for name in names) or "body"


def _place(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the location of an error without the tag of a union's member, such as "<days>"."""
    return location[:1] + location[2:] if location[1:2] in _BODIES else location


def _reason(error: Mapping[str, Any], model: type[BaseModel] | None = None) -> str:
    if model is not None and error["type"] == "extra_forbidden":
        return not_known(model, error["loc"])
    return (
        say("answers.must_json_object", "must be a JSON object") if error["type"] in _OBJECTS else wording.reason(error)
    )


async def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 - Starlette registers handlers by class, its type is wider
    return answer(error)


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    found = error.errors()
    if any(_place(one["loc"]) == ("body", "script_name") and one["type"] in _MISSING for one in found):
        return answer(invalid(("script_name", say("answers.required", "is required")), code=SCRIPT_MISSING))
    if _place(found[0]["loc"]) == ("body",) and "json" not in request.headers.get("content-type", ""):
        return answer(
            invalid(
                (
                    "body",
                    say(
                        "answers.must_sent_content_type_application", "must be sent with Content-Type: application/json"
                    ),
                )
            )
        )
    if found[0]["type"] == "json_invalid":  # its place is a position in the text
        return answer(invalid(("body", say("answers.not_valid_json", "is not valid JSON"))))
    if request.method not in (possible := _methods(request)):  # a path such as /task/stats was matched as /task/{id}
        return _not_possible(request, possible)
    return answer(invalid(*reasons(found)))


_MISSING = ("missing", "phonefleet_script_missing")


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    if error.status_code == METHOD_NOT_ALLOWED // 100:
        return _not_possible(request, _methods(request))
    if error.status_code == NOT_FOUND // 100:
        return answer(Problem(NOT_FOUND, say("answers.nothing_address", "There is nothing at this address")))
    return answer(invalid(("body", say("answers.not_valid_json", "is not valid JSON"))))


def _not_possible(request: Request, possible: set[str]) -> JSONResponse:
    problem = Problem(
        METHOD_NOT_ALLOWED,
        say("answers.not_possible_here", "{method} is not possible here", method=printable(request.method)[:20]),
    )
    return answer(problem, {"Allow": ", ".join(sorted(possible))})


def _methods(request: Request) -> set[str]:
    """Return the methods that are documented for this path; a literal path goes before one with an id."""
    paths, here = possible_methods(cast("FastAPI", request.app)), request.url.path
    matching = [paths[here]] if here in paths else [methods for path, methods in paths.items() if _matches(path, here)]
    return {method for methods in matching for method in methods}


def possible_methods(app: FastAPI) -> Mapping[str, set[str]]:
    """Return the methods of each path in the OpenAPI document, without it: to build that takes most of a second."""
    paths: dict[str, set[str]] = {}
    for each in iter_route_contexts(app.routes):
        route = cast("APIRoute", each)  # it has what its route has, with the prefixes of all routers around it
        if isinstance(each.original_route, APIRoute) and route.include_in_schema:
            paths.setdefault(route.path_format, set()).update(route.methods or ())
    return paths


def _matches(path: str, address: str) -> bool:
    return compile_path(path)[0].match(address) is not None


async def _unreachable(_: Request, error: Exception) -> JSONResponse:
    message = (
        say("answers.prefect_cannot_reached", "Prefect cannot be reached")
        if isinstance(error, PrefectUnreachable)
        else str(error)
    )
    return answer(Problem(UNREACHABLE, message))


async def _conflict(_: Request, error: Exception) -> JSONResponse:
    return answer(Problem(CONFLICT, str(error)))


async def _unclear(_: Request, error: Exception) -> JSONResponse:
    return answer(invalid(("serial", str(error))))


async def _unknown(_: Request, error: Exception) -> JSONResponse:
    return answer(Problem(NOT_FOUND, str(error)))


async def _internal(_: Request, __: Exception) -> JSONResponse:
    """Answer an unexpected error; the server logs it."""
    return answer(
        Problem(
            INTERNAL, say("answers.internal_error_servers_log_tells", "Internal error; the server's log tells more")
        )
    )
