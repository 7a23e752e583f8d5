"""How many requests Prefect's server works on at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from deployments.prefect_turns import Turns


class _Application:
    """Works on each request until it is told to end it, and notes what it works on."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}

    async def __call__(self, scope: Scope, _: Receive, __: Send) -> None:
        path = str(scope["path"])
        self.begun.append(path)
        self._ends[path] = asyncio.Event()
        await self._ends[path].wait()
        if path == "/fails":
            raise LookupError(path)

    def end(self, path: str) -> None:
        self._ends[path].set()


def _asked(turns: Turns, path: str, kind: str = "http") -> Awaitable[None]:
    channel: Any = None
    return asyncio.create_task(turns({"type": kind, "path": path}, channel, channel))


async def _idle() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


def test_requests_beyond_the_most_wait_in_the_order_in_which_they_came() -> None:
    async def story() -> None:
        application = _Application()
        turns = Turns(application, 2)
        asked = [_asked(turns, path) for path in ("/1", "/2", "/3", "/4")]
        await _idle()
        assert application.begun == ["/1", "/2"]
        application.end("/2")
        await _idle()
        assert application.begun == ["/1", "/2", "/3"]
        await _idle()
        assert application.begun == ["/1", "/2", "/3"]
        application.end("/1")
        await _idle()
        assert len(application.begun) == len(asked)
        for path in ("/3", "/4"):
            application.end(path)
        await asyncio.gather(*asked)

    asyncio.run(story())


def test_a_request_that_fails_gives_its_turn_back() -> None:
    async def story() -> None:
        application = _Application()
        turns = Turns(application, 1)
        failing, next_one = _asked(turns, "/fails"), _asked(turns, "/next")
        await _idle()
        application.end("/fails")
        with pytest.raises(LookupError):
            await failing
        await _idle()
        assert application.begun == ["/fails", "/next"]
        application.end("/next")
        await next_one

    asyncio.run(story())


def test_a_websocket_that_stays_open_takes_no_turn() -> None:
    async def story() -> None:
        application = _Application()
        turns = Turns(application, 1)
        events, request = _asked(turns, "/events", "websocket"), _asked(turns, "/request")
        await _idle()
        assert set(application.begun) == {"/events", "/request"}
        for path in application.begun:
            application.end(path)
        await asyncio.gather(events, request)

    asyncio.run(story())
