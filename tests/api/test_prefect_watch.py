"""What in Prefect keeps runs from starting is seen: its absence, pauses, and workers that died."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.prefect.client import PrefectApi, PrefectUnreachable
from api.prefect.watch import PrefectWatch
from phonefleet.clock import SystemClock

BEAT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORKER = {"name": "desk", "last_heartbeat_time": BEAT.isoformat(), "heartbeat_interval_seconds": 10}


class Hands(SystemClock):
    """A clock that stands still."""

    def __init__(self) -> None:
        self.at = BEAT

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


def prefect_saying(answer: Callable[[str, dict[str, Any]], Any]) -> PrefectApi:
    """Return a client of a Prefect that answers so; None: it breaks down."""

    def handle(request: httpx.Request) -> httpx.Response:
        found = answer(request.url.path, json.loads(request.content or b"{}"))
        return httpx.Response(500) if found is None else httpx.Response(200, json=found)

    return PrefectApi(httpx.AsyncClient(base_url="http://prefect/api", transport=httpx.MockTransport(handle)))


def a_pool_of(queues: int, *, paused: bool = False) -> Callable[[str, dict[str, Any]], Any]:
    """Return the answers of a Prefect with so many queues, of which the last is paused."""
    every = [{"name": f"phone-{number}", "is_paused": number == queues - 1} for number in range(queues)]

    def answer(path: str, body: dict[str, Any]) -> Any:
        if path.endswith("/workers/filter"):
            return [WORKER]
        if path.endswith("/queues/filter"):
            return every[body["offset"] : body["offset"] + body["limit"]]
        return {"is_paused": paused}

    return answer


def test_pauses_and_signs_of_life_are_read_however_many_queues_there_are() -> None:
    watch = PrefectWatch(prefect_saying(a_pool_of(450, paused=True)), Hands())
    asyncio.run(watch.look())
    assert (watch.facts.pool_paused, watch.facts.paused_queues) == (True, frozenset({"phone-449"}))
    assert watch.facts.lost_worker("desk", BEAT + timedelta(seconds=30)) is None
    lost = watch.facts.lost_worker("desk", BEAT + timedelta(seconds=31))
    assert lost is not None
    assert (lost.host, lost.since) == ("desk", BEAT)


def test_the_time_since_when_prefect_is_away_stays_until_it_answers_again() -> None:
    clock, up = Hands(), [False]
    answer = a_pool_of(1)
    watch = PrefectWatch(prefect_saying(lambda path, body: answer(path, body) if up[0] else None), clock)
    for _ in range(2):
        with pytest.raises(PrefectUnreachable):
            asyncio.run(watch.look())
        clock.at += timedelta(minutes=1)
    assert watch.facts.away_since == BEAT
    up[0] = True
    asyncio.run(watch.look())
    assert watch.facts.away_since is None


def test_queues_are_read_when_a_pause_is_told_of_and_seldom_otherwise() -> None:
    clock, read, paused = Hands(), list[str](), [False]

    def answer(path: str, _: dict[str, Any]) -> Any:
        read.append(path.removeprefix("/api/work_pools/phones"))
        if path.endswith("/workers/filter"):
            return [WORKER]
        return (
            [{"name": "phone-1", "is_paused": paused[0]}] if path.endswith("/queues/filter") else {"is_paused": False}
        )

    watch = PrefectWatch(prefect_saying(answer), clock)

    async def seen_after(seconds: float) -> list[str]:
        read.clear()
        clock.at += timedelta(seconds=seconds)
        await watch.look()
        return [path for path in read if path]

    assert asyncio.run(seen_after(0)) == ["/workers/filter", "/queues/filter"]
    assert asyncio.run(seen_after(2)) == []
    watch.queue_told("prefect.work-queue.ready")
    assert asyncio.run(seen_after(2)) == []
    paused[0] = True
    watch.queue_told("prefect.work-queue.paused")
    assert "/queues/filter" in asyncio.run(seen_after(0))
    assert watch.facts.paused_queues == {"phone-1"}
    paused[0] = False
    watch.queue_told("prefect.work-queue.ready")
    for _ in range(2):  # Prefect may tell before it has written
        assert "/queues/filter" in asyncio.run(seen_after(2))
    assert watch.facts.paused_queues == frozenset()
    assert "/queues/filter" in asyncio.run(seen_after(31))
