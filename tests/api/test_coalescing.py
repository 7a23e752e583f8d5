"""Those who ask for the same at the same time are answered together, and never with what was read before they asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from api.edge.coalesce import CoalesceRequests


class Shelf:
    """An application that answers with how many readings have begun, once it is let go on."""

    def __init__(self) -> None:
        self.readings = 0
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.fails = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.readings += 1
        reading = self.readings
        self.begun.set()
        await self.may_end.wait()
        if self.fails:
            raise ConnectionResetError
        scope["route"] = "the shelf"
        await PlainTextResponse(f"reading {reading}")(scope, receive, send)


async def ask(app: CoalesceRequests, path: str = "/shelf", query: bytes = b"", method: str = "GET") -> str:
    """Ask as a server does, and return the body; headers that one answer gets are no other's."""
    said: list[Message] = []

    async def send(message: Message) -> None:
        message["seen"] = message.get("seen", 0) + 1
        said.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "query_string": query, "headers": []}
    await app(scope, receive, send)
    assert scope["route"] == "the shelf"
    assert {message["seen"] for message in said} == {1}
    return b"".join(message.get("body", b"") for message in said).decode()


def run(scene: Callable[[Shelf, CoalesceRequests], Awaitable[None]]) -> None:
    async def play() -> None:
        shelf = Shelf()
        await scene(shelf, CoalesceRequests(shelf, ["/shelf"]))

    asyncio.run(play())


def test_all_who_ask_at_once_share_one_reading() -> None:
    async def scene(shelf: Shelf, app: CoalesceRequests) -> None:
        shelf.may_end.set()
        assert await asyncio.gather(*(ask(app) for _ in range(50))) == ["reading 1"] * 50
        assert await ask(app) == "reading 2"

    run(scene)


def test_who_asks_during_a_reading_waits_for_the_next() -> None:
    async def scene(shelf: Shelf, app: CoalesceRequests) -> None:
        first = asyncio.create_task(ask(app))
        await shelf.begun.wait()
        later = [asyncio.create_task(ask(app)) for _ in range(3)]
        await asyncio.sleep(0)
        shelf.may_end.set()
        assert await first == "reading 1"
        assert await asyncio.gather(*later) == ["reading 2"] * 3

    run(scene)


@pytest.mark.parametrize("other", [{"query": b"page=2"}, {"path": "/other"}, {"method": "POST"}], ids=str)
def test_other_questions_are_answered_by_themselves(other: dict[str, Any]) -> None:
    async def scene(shelf: Shelf, app: CoalesceRequests) -> None:
        shelf.may_end.set()
        assert len(set(await asyncio.gather(ask(app), ask(app, **other), ask(app)))) == 2

    run(scene)


def test_a_client_that_goes_away_takes_nobody_along() -> None:
    async def scene(shelf: Shelf, app: CoalesceRequests) -> None:
        gone, stays = asyncio.create_task(ask(app)), asyncio.create_task(ask(app))
        await shelf.begun.wait()
        gone.cancel()
        shelf.may_end.set()
        assert await stays == "reading 1"

    run(scene)


def test_an_error_reaches_all_who_asked_and_nobody_after_them() -> None:
    async def scene(shelf: Shelf, app: CoalesceRequests) -> None:
        shelf.may_end.set()
        shelf.fails = True
        failed = await asyncio.gather(ask(app), ask(app), return_exceptions=True)
        assert [type(error) for error in failed] == [ConnectionResetError] * 2
        shelf.fails = False
        assert await ask(app) == "reading 2"

    run(scene)
