"""The link of a joined host tells the main one that it lives, and brings hints."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from api.hosts.links import HostLinks
from phonefleet.errors import LedgerUnreachable
from phonefleet.hosts.tunnels.link import PATH, Hint, HostLink, read, written
from phonefleet.hosts.tunnels.way import Way

HOST = "berlin"


@dataclass
class Main:
    """A main host that only keeps links."""

    seen: list[str] = field(default_factory=list[str])
    token_counts: bool = True
    ledger_answers: bool = True
    links: HostLinks = field(init=False)
    url: str = ""

    def __post_init__(self) -> None:
        self.links = HostLinks(self._record)

    async def _record(self, name: str) -> None:
        self.seen.append(name)
        if not self.ledger_answers:
            raise LedgerUnreachable

    async def _may_go_on(self) -> bool:
        return self.token_counts

    async def keep(self, websocket: WebSocket) -> None:
        """Serve a link."""
        await websocket.accept()
        await self.links.serve(HOST, websocket, self._may_go_on)


@asynccontextmanager
async def served(main: Main) -> AsyncGenerator[Main]:
    app = Starlette(routes=[WebSocketRoute(f"/api/v1{PATH}", main.keep)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, ws="websockets-sansio"))
    serving = asyncio.ensure_future(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    main.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/api/v1"
    try:
        yield main
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def linked(main: Main) -> AsyncGenerator[asyncio.Queue[Hint]]:
    """Keep a link to the main host, and yield the hints that come."""
    hints: asyncio.Queue[Hint] = asyncio.Queue()
    link = asyncio.ensure_future(HostLink(Way(main.url, {}), hints.put_nowait, random.Random(7)).run())
    try:
        async with asyncio.timeout(60):
            while not main.links.is_linked(HOST):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        yield hints
    finally:
        link.cancel()
        await asyncio.gather(link, return_exceptions=True)


def test_a_host_is_heard_and_gets_its_hints_and_no_others() -> None:
    async def run() -> None:
        async with served(Main()) as main, linked(main) as hints:
            main.links.hint("attention", "another")
            main.links.hint("attention", HOST)
            main.links.hint("attention")
            async with asyncio.timeout(60):
                assert [await hints.get(), await hints.get()] == ["attention", "attention"]
            assert (main.seen, hints.empty()) == ([HOST], True)

    asyncio.run(run())


def test_a_link_outlives_a_database_that_is_away() -> None:
    async def run() -> None:
        async with served(Main(ledger_answers=False)) as main, linked(main) as hints:
            main.links.hint("attention")
            async with asyncio.timeout(60):
                assert await hints.get() == "attention"

    asyncio.run(run())


def test_a_link_ends_when_its_token_counts_no_more() -> None:
    async def run() -> None:
        async with served(Main()) as main, linked(main):
            main.token_counts = False
            async with asyncio.timeout(60):
                while main.links.is_linked(HOST):  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.01)

    asyncio.run(run())


def test_what_a_later_version_says_is_no_hint() -> None:
    assert [read(each) for each in (written("attention"), '{"hint": "dance"}', "[]", "no json", b"\xff")] == [
        "attention", None, None, None, None,
    ]  # fmt: skip
