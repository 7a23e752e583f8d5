"""Watches what in Prefect can keep runs from starting: its absence, pauses of the pool and its queues, lost workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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

_MISSED = 3
"""A worker that has missed so many heartbeats is gone; Prefect's own services count in the same way."""

_USUAL_INTERVAL = 30
"""Seconds between the heartbeats of a worker that does not say."""


class PrefectWatch:
    """Looks at Prefect every two seconds and keeps what it saw in `facts`; `on_news` is called when that has changed.

    watch = PrefectWatch(prefect, clock)
    watch.facts.away_since  # None while it answers
    """

    def __init__(self, prefect: PrefectApi, clock: Clock, on_news: Callable[[], None] = lambda: None) -> None:
        self._prefect = prefect
        self._clock = clock
        self._on_news = on_news
        self.facts = PrefectFacts()

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
        return replace(self.facts, away_since=self.facts.away_since or self._clock.now(), away_why=why)

    async def _read(self) -> PrefectFacts:
        try:
            pool = await self._prefect.call("GET", f"/work_pools/{POOL}")
            workers = await self._prefect.call("POST", f"/work_pools/{POOL}/workers/filter", {})
            paused = await self._paused_queues()
        except PrefectNotFound:  # nobody has made the pool yet, or again
            return PrefectFacts(workers={})
        return PrefectFacts(
            pool_paused=bool(pool["is_paused"]),
            paused_queues=frozenset(paused),
            workers={one["name"]: _sign(one) for one in workers if one.get("last_heartbeat_time")},
        )

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
