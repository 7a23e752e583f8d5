"""Builds the OpenAPI document: every answer in its envelope, errors included."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.answers.envelope import ErrorEnvelope

_CODES = {
    400: "40001 invalid parameters; 40002 `script_name` missing; 40003 unknown script; 40004 no enabled account.",
    401: "40101: the token is required and absent or wrong.",
    403: "40301: the API is switched off, or the caller is a page of another site; 40302: the caller's role may not do "
    "this, and `data` says which role may.",
    404: "40401: there is nothing of that kind.",
    405: "40501: the method is not possible here.",
    409: "40901: not possible in this state.",
    408: "40801: the body did not arrive in time.",
    413: "41301: the body is too large.",
    429: "42901: too many requests; the header Retry-After says how many seconds to wait.",
    431: "43101: address and headers are too large.",
    500: "50001: internal error.",
    503: "50301: the database or Prefect is unreachable.",
}
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorEnvelope, "description": description} for status, description in _CODES.items()
}
_FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")


Needed = Callable[[str, str], str | None]
"""Tells which role a call needs, by its method and its path below the base path; None: no login."""


def document(app: FastAPI, base_path: str, needed: Needed, public_url: str | None = None) -> None:
    """Install the OpenAPI document in the app, and serve it below `base_path` too; `needed` tells the roles.

    `public_url` is where others call; without one clients take the address that the document came from.
    """

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            servers = {"servers": [{"url": public_url}]} if public_url else {}
            app.openapi_schema = _describe(app, base_path, needed) | servers
        return app.openapi_schema

    app.openapi = openapi
    route = next(route for route in app.routes if getattr(route, "path", None) == app.openapi_url)
    app.add_route(f"{base_path}{app.openapi_url}", cast("Any", route).endpoint, include_in_schema=False)


def _refuse_in_json(responses: dict[str, Any]) -> None:
    """Describe errors as JSON envelopes, also for routes whose success is a picture or a table."""
    for status, response in responses.items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            response["content"] = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorEnvelope"}}}


def _describe(app: FastAPI, base_path: str, needed: Needed) -> dict[str, Any]:
    """Return the document without FastAPI's own answer 422, which this API never sends.

    `x-role` of an operation is the role that it needs; it is missing where no login is needed.
    """
    described = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            if role := needed(method.upper(), path.removeprefix(base_path)):
                operation["x-role"] = str(role)
            operation["responses"].pop("422", None)
            _refuse_in_json(operation["responses"])
    schemas = described["components"]["schemas"]
    for name in _FRAMEWORK_SCHEMAS:
        schemas.pop(name, None)
    described["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "phonefleet_session"},
    }
    described["security"] = [{}, {"token": []}, {"session": []}]
    return described
