"""Watches what in Prefect can keep runs from starting: its absence, pauses of the pool and its queues, lost workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Never

from api.prefect.client import OUTAGES, PrefectApi, PrefectNotFound, PrefectUnreachable
from phonefleet.clock import Clock
from phonefleet.loops import every
from phonefleet.settings import POOL
from phonefleet.waiting.facts import PrefectFacts, Sign

_EVERY = timedelta(seconds=2)
_PATIENCE = timedelta(seconds=5)
"""Prefect counts as away when it takes longer to answer."""

_PAGE = 200
"""As many queues as Prefect's API returns at once."""

_WORKERS_EVERY = timedelta(seconds=5)
_QUEUES_EVERY = timedelta(seconds=30)
"""How often the rest is read while no event tells of a change: two hundred queues cost Prefect's server more than all
else that it does for an idle fleet."""

_UNSETTLED = timedelta(seconds=5)
"""For so long the queues are read each time after an event, which Prefect sends before it commits the change."""

_MISSED = 3
"""A worker that has missed so many heartbeats is gone; Prefect's own services count in the same way."""

_PAUSED = ".paused"
_USUAL_INTERVAL = 30
"""Seconds between the heartbeats of a worker that does not say."""


class PrefectWatch:
    """Looks at Prefect every two seconds and keeps what it saw in `facts`; `on_news` is called when that has changed.

    Workers and queues are looked at more rarely, and the queues at once when `queue_told` hears that one was paused.

        watch = PrefectWatch(prefect, clock)
        watch.facts.away_since  # None while it answers
    """

    def __init__(self, prefect: PrefectApi, clock: Clock, on_news: Callable[[], None] = lambda: None) -> None:
        self._prefect = prefect
        self._clock = clock
        self._on_news = on_news
        self._workers_at = self._queues_at = self._settled_at = float("-inf")
        self.facts = PrefectFacts()

    def queue_told(self, event: str) -> None:
        """Hear of an event of a work queue, such as `prefect.work-queue.paused`, or of events that may be missing."""
        if event.endswith(_PAUSED) or self.facts.paused_queues:  # the end of a pause is told as ready, or not ready
            self._queues_at = float("-inf")
            self._settled_at = self._clock.monotonic() + _UNSETTLED.total_seconds()

    async def run(self) -> Never:
        """Watch until cancelled."""
        await every(_EVERY, self.look, "Nobody knows what keeps runs from starting", OUTAGES)

    async def look(self) -> None:
        """Look once. Raises `PrefectUnreachable` or `PrefectRefused` when Prefect does not answer as it should."""
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                facts = await self._read()
        except TimeoutError as error:
            self._note(self._away(PrefectUnreachable.__doc__ or ""))
            raise PrefectUnreachable from error
        except OUTAGES.errors as error:
            self._note(self._away(str(error)))
            raise
        self._note(facts)

    def _note(self, facts: PrefectFacts) -> None:
        before, self.facts = self.facts, facts
        if replace(before, workers=None) != replace(facts, workers=None):
            self._on_news()

    def _away(self, why: str) -> PrefectFacts:
        self._forget()
        return replace(self.facts, away_since=self.facts.away_since or self._clock.now(), away_why=why)

    async def _read(self) -> PrefectFacts:
        try:
            pool = await self._prefect.call("GET", f"/work_pools/{POOL}")
            workers, paused = await self._workers(), await self._paused()
        except PrefectNotFound:  # nobody has made the pool yet, or again
            self._forget()
            return PrefectFacts(workers={})
        return PrefectFacts(pool_paused=bool(pool["is_paused"]), paused_queues=paused, workers=workers)

    def _forget(self) -> None:
        """Read all of it the next time."""
        self._workers_at = self._queues_at = float("-inf")

    async def _workers(self) -> Mapping[str, Sign] | None:
        """Return the workers' last signs of life, as they were a few seconds ago at the most."""
        now = self._clock.monotonic()
        if now - self._workers_at < _WORKERS_EVERY.total_seconds():
            return self.facts.workers
        workers = await self._prefect.call("POST", f"/work_pools/{POOL}/workers/filter", {})
        self._workers_at = now
        return {one["name"]: _sign(one) for one in workers if one.get("last_heartbeat_time")}

    async def _paused(self) -> frozenset[str]:
        """Return the names of the paused queues; they are read only if that may have changed."""
        now = self._clock.monotonic()
        if now > self._settled_at and now - self._queues_at < _QUEUES_EVERY.total_seconds():
            return self.facts.paused_queues
        paused = await self._paused_queues()
        self._queues_at = now
        return frozenset(paused)

    async def _paused_queues(self) -> set[str]:
        paused: set[str] = set()
        seen = 0
        while True:
            wanted = {"limit": _PAGE, "offset": seen}
            queues: list[dict[str, Any]] = await self._prefect.call("POST", f"/work_pools/{POOL}/queues/filter", wanted)
            paused |= {queue["name"] for queue in queues if queue["is_paused"]}
            seen += len(queues)
            if len(queues) < _PAGE:
                return paused


def _sign(worker: dict[str, Any]) -> Sign:
    interval = timedelta(seconds=worker.get("heartbeat_interval_seconds") or _USUAL_INTERVAL)
    return Sign(datetime.fromisoformat(worker["last_heartbeat_time"]), _MISSED * interval)
