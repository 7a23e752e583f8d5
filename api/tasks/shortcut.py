"""Fast routes for frequent GET calls: they bypass FastAPI, which would take longer than the answer itself.

The same functions are FastAPI routes too; FastAPI documents them, and answers whatever a fast route does not match.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar
from urllib.parse import parse_qsl

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from api.tasks.cache import Reading

_LONGEST = 20
"""Most digits of an id."""

Q = TypeVar("Q", bound=BaseModel)


class Shortcut(BaseRoute, Generic[Q]):
    """A fast route to a function that takes query parameters only.

    Shortcut("/api/v1", "/task", TaskQuery, list_tasks)
    """

    def __init__(
        self, base_path: str, path: str, query: type[Q], serve: Callable[[Q, Reading], Awaitable[Response]]
    ) -> None:
        self.path = path
        self._address = base_path + path
        self._query = query
        self._serve = serve

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match GET of this one path; FastAPI answers other methods."""
        wanted = scope["type"] == "http" and scope["path"] == self._address and scope["method"] == "GET"
        return (Match.FULL, {"route": self}) if wanted else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        response = await self._serve(self._asked(scope["query_string"]), scope["app"].state.reading)
        await response(scope, receive, send)

    def _asked(self, query: bytes) -> Q:
        """Parse the query; the last value of a repeated parameter counts. Raises `RequestValidationError`."""
        try:
            return self._query.model_validate(dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)))
        except ValidationError as error:
            found = [{**one, "loc": ("query", *one["loc"])} for one in error.errors()]
            raise RequestValidationError(found) from error


class NumberedShortcut(BaseRoute):
    """A fast route to a function that takes only the id at the end of its path."""

    def __init__(self, base_path: str, path: str, serve: Callable[[int, Reading], Awaitable[Response]]) -> None:
        self.path = path
        self._beginning = base_path + path.partition("{")[0]
        self._serve = serve

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match GET of a path that ends with a plain decimal number; FastAPI answers anything else."""
        wanted = scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(self._beginning)
        number = scope["path"][len(self._beginning) :] if wanted else ""
        plain = number.isascii() and number.isdigit() and len(number) <= _LONGEST
        return (Match.FULL, {"route": self, "number": int(number)}) if plain else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        response = await self._serve(scope["number"], scope["app"].state.reading)
        await response(scope, receive, send)
