"""The observer: brings what it is told about flow runs into the ledger, and makes tasks of runs started in Prefect."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from api.loops.threads import in_thread
from api.prefect.client import PrefectApi, Run
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger, Observed, StateChange
from phonefleet.ledger.tasks import runs
from phonefleet.run_keys import is_of_a_task
from phonefleet.runs import adoption
from phonefleet.settings import POOL
from phonefleet.states import Status, status_of

_log = logging.getLogger(__name__)

_GRACE = timedelta(seconds=1.5)
"""How long an end may wait for the worker, which tells more about it than Prefect knows: result, remark, pictures."""

_APPEARS_WITHIN = timedelta(minutes=1)
"""How long a run that Prefect has told of may not be there yet: it tells before the transaction that makes it ends."""

_SKEW = timedelta(seconds=5)
"""How far the clock of Prefect's server may be ahead of ours; nobody waits for what is said of a later time."""

_MOST_EXPECTED = 1000
"""Runs that are looked for again; whoever makes up more must not slow down the others."""

_PAGE = 200
"""As many flow runs as Prefect's API returns at once."""

_ENDS = (Status.COMPLETED, Status.FAILED)
_REMARKS = {"CANCELLED": "cancelled in Prefect", "CRASHED": "the worker crashed", "FAILED": "failed"}
DELETED = "its flow run was deleted in Prefect"


class RunHint(Protocol):
    """What somebody says of a run: the state that it is in, and since when."""

    @property
    def flow_run_id(self) -> UUID:
        """The run."""
        ...

    @property
    def state_type(self) -> str:
        """Prefect's type of the state."""
        ...

    @property
    def state_name(self) -> str:
        """Its name."""
        ...

    @property
    def at(self) -> datetime:
        """When the run entered it."""
        ...


H = TypeVar("H", bound=RunHint)


class Observer:
    """Projects seen states onto tasks. What it has seen once, or sees late, changes nothing."""

    def __init__(self, ledger: Ledger, prefect: PrefectApi, clock: Clock) -> None:
        self._ledger = ledger
        self._prefect = prefect
        self._clock = clock
        self._expected: dict[UUID, datetime] = {}

    async def record(self, seen: Sequence[Observed]) -> None:
        """Record states that runs are in, or were in a moment ago."""
        ripe = [one for one in seen if not self._is_fresh_end(one.change)]
        fresh = [one for one in seen if self._is_fresh_end(one.change)]
        if fresh:
            working = await in_thread(self._ledger.runs.running, [one.flow_run_id for one in fresh])
            ripe += [one for one in fresh if one.flow_run_id not in working]
        if ripe:
            await self._adopt_unknown(await in_thread(self._ledger.runs.observe, ripe))

    async def check_hints(self, hints: Sequence[H]) -> list[H]:
        """Read the runs that events tell of, unless the ledger knows; return hints at states that do not show yet."""
        now = self._clock.now()
        known = await in_thread(self._ledger.runs.states, [hint.flow_run_id for hint in hints])
        news = [hint for hint in hints if known.get(hint.flow_run_id) != (hint.state_type, hint.state_name)]
        found: dict[UUID, Run] = {}
        for start in range(0, len(news), _PAGE):
            runs = await self._prefect.runs([hint.flow_run_id for hint in news[start : start + _PAGE]])
            found |= {run.id: run for run in runs}
            await self.record_runs(runs)
        self._expect([hint.flow_run_id for hint in news if hint.flow_run_id not in found])
        soonest = now + _SKEW
        return [
            hint for hint in news if hint.at <= soonest and (run := found.get(hint.flow_run_id)) and run.at < hint.at
        ]

    async def record_runs(self, runs: Sequence[Run]) -> None:
        """Record the states of runs of our pool; unknown among them become tasks."""
        await self.record(
            [
                Observed(run.id, change_of(run.state_type, run.state_name, min(run.at, self._clock.now()), run.message))
                for run in runs
            ]
        )

    async def record_deleted(self, flow_run_ids: Sequence[UUID]) -> None:
        """Record that runs are gone, and recall them from the workers that may have them in hand."""
        now = self._clock.now()
        gone = StateChange("FAILED", runs.DELETED, now, remark=DELETED)
        for run_id in flow_run_ids:
            await in_thread(self._ledger.recalls.give, run_id, DELETED, now, now)
        await in_thread(self._ledger.runs.observe, [Observed(run_id, gone) for run_id in flow_run_ids])

    async def retry_expected(self) -> None:
        """Look again for the runs that Prefect has told of and did not have yet."""
        now = self._clock.now()
        self._expected = {run_id: until for run_id, until in self._expected.items() if until > now}
        await self._adopt_unknown(set(self._expected))

    async def _adopt_unknown(self, unknown: set[UUID]) -> None:
        """Make tasks of the runs of our pool that no task has and that were not made for one."""
        self._expect(unknown)
        wanted = list(unknown)
        for start in range(0, len(wanted), _PAGE):
            for run in await self._prefect.runs(wanted[start : start + _PAGE]):
                if run.pool == POOL and not is_of_a_task(run.key):
                    await self._adopt(run)
                self._expected.pop(run.id, None)

    def _expect(self, run_ids: Iterable[UUID]) -> None:
        until = self._clock.now() + _APPEARS_WITHIN
        for run_id in run_ids:
            if len(self._expected) < _MOST_EXPECTED:
                self._expected.setdefault(run_id, until)

    async def _adopt(self, run: Run) -> None:
        script = await self._prefect.flow_name(run.flow_id)
        task_id = await in_thread(self._ledger.tasks.adopt, adoption(run.id, script, run.parameters, run.created))
        _log.info("flow run %s was started in Prefect: it is task %s", run.id, task_id)
        change = change_of(run.state_type, run.state_name, run.at, run.message)
        await in_thread(self._ledger.runs.observe, [Observed(run.id, change)])

    def _is_fresh_end(self, change: StateChange) -> bool:
        return _is_end(change) and change.at > self._clock.now() - _GRACE


def change_of(state_type: str, state_name: str, at: datetime, message: str | None) -> StateChange:
    """Return how a state of Prefect's shows in the ledger."""
    failed = status_of(state_type, state_name) is Status.FAILED
    return StateChange(state_type, state_name, at, remark=message or _REMARKS[state_type] if failed else None)


def _is_end(change: StateChange) -> bool:
    return status_of(change.state_type, change.state_name) in _ENDS
