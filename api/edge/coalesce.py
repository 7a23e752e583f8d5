"""Coalesces simultaneous GET requests for the same list: they share one reading, and each gets its answer.

A request that comes while the list is being read waits for the next reading, so no answer is older than its request.
Lists of tasks are coalesced where they are read, in `phonefleet.ledger.tasks.questions`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phonefleet.words import language_now

_Question = tuple[str, bytes, str | None]
"""A path, its query, and the language of the answer."""


@dataclass(frozen=True, slots=True)
class _Answer:
    messages: list[Message]
    route: Any
    """The route that answered; metrics count requests by it."""


class CoalesceRequests:
    """ASGI middleware that coalesces GET requests of the same path and query.

    `paths` are the lists that answer every caller alike:

        app.add_middleware(CoalesceRequests, paths=["/api/v1/devices"])
    """

    def __init__(self, app: ASGIApp, paths: Collection[str]) -> None:
        self._app = app
        self._paths = frozenset(paths)
        self._reading: dict[_Question, asyncio.Task[_Answer]] = {}
        self._next: dict[_Question, asyncio.Task[_Answer]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, from a reading that begins after it came."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in self._paths:
            await self._app(scope, receive, send)
            return
        question = (scope["path"], scope["query_string"], language_now())
        if (turn := self._next.get(question)) is None:
            turn = self._next[question] = asyncio.create_task(self._turn(question, dict(scope)))
        answer = await asyncio.shield(turn)  # others wait for it too, if this client goes away
        scope["route"] = answer.route
        for message in answer.messages:
            await send(dict(message))

    async def _turn(self, question: _Question, scope: Scope) -> _Answer:
        """Wait for the current reading of this list, then begin the next; requests from then on wait for another."""
        if earlier := self._reading.get(question):
            await asyncio.wait((earlier,))
        turn = self._reading[question] = self._next.pop(question)
        try:
            return await self._read(scope)
        finally:
            if self._reading.get(question) is turn:
                del self._reading[question]

    async def _read(self, scope: Scope) -> _Answer:
        messages: list[Message] = []

        async def empty_body() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, empty_body, keep)
        return _Answer(messages, scope.get("route"))
