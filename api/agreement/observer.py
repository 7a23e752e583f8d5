"""Records states of flow runs in the ledger, and adopts runs that a person started in Prefect as tasks.

It decides which news is trustworthy and when; how a state changes a task is the ledger's business.
"""

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
from phonefleet.ledger.tasks.adoption import adoption
from phonefleet.ledger.tasks.runs import RecordedState
from phonefleet.runs.keys import is_of_a_task
from phonefleet.runs.states import Status, status_of
from phonefleet.settings import POOL
from phonefleet.words import say

_log = logging.getLogger(__name__)

_GRACE = timedelta(seconds=1.5)
"""How long the record of an end waits for the worker, which also knows the result, the remark and the evidence."""

_WORKERS_OWN = ("PENDING", "RUNNING", "COMPLETED", "FAILED")
"""The types of states that workers bring runs into, and record in the ledger themselves moments later."""

_APPEARS_WITHIN = timedelta(minutes=1)
"""How long Prefect's API may not find a run that its events announced: events are sent before the commit."""

_SKEW = timedelta(seconds=5)
"""How far the clock of Prefect's server may be ahead of ours; states of a later time are not waited for."""

_MOST_EXPECTED = 1000
"""How many runs are looked for again; forged events about more must not slow down the rest."""

_PAGE = 200
"""As many flow runs as Prefect's API returns at once."""

_ENDS = (Status.COMPLETED, Status.FAILED)
_REMARKS = {
    "CANCELLED": say("agreement.cancelled_prefect", "cancelled in Prefect"),
    "CRASHED": say("agreement.worker_crashed", "the worker crashed"),
    "FAILED": say("agreement.failed", "failed"),
}
DELETED = say("agreement.flow_run_deleted_prefect", "its flow run was deleted in Prefect")


class RunHint(Protocol):
    """A claim about a run: its state, and when it entered it."""

    @property
    def flow_run_id(self) -> UUID:
        """The run."""
        ...

    @property
    def state_type(self) -> str:
        """The type of the state, as Prefect names it: COMPLETED."""
        ...

    @property
    def state_name(self) -> str:
        """The name of the state: Completed."""
        ...

    @property
    def at(self) -> datetime:
        """When the run entered the state."""
        ...


H = TypeVar("H", bound=RunHint)


class Observer:
    """Records states of runs on their tasks. A state that comes again, or later than a newer one, changes nothing."""

    def __init__(self, ledger: Ledger, prefect: PrefectApi, clock: Clock) -> None:
        self._ledger = ledger
        self._prefect = prefect
        self._clock = clock
        self._expected: dict[UUID, datetime] = {}

    async def record(self, seen: Sequence[Observed]) -> None:
        """Record states of runs; runs that belong to no task are adopted.

        An end of the last moments is left to the worker if the task counts as running; see `_GRACE`.
        """
        ripe = [one for one in seen if not self._is_fresh_end(one.change)]
        fresh = [one for one in seen if self._is_fresh_end(one.change)]
        if fresh:
            working = await in_thread(self._ledger.runs.running, [one.flow_run_id for one in fresh])
            ripe += [one for one in fresh if one.flow_run_id not in working]
        if ripe:
            await self._adopt_unknown(await in_thread(self._ledger.runs.observe, ripe))

    async def check_hints(self, hints: Sequence[H]) -> list[H]:
        """Read the runs of hints from Prefect, record their states, and return the hints that do not show there yet.

        Hints at states that the ledger has already, or at earlier ones, are skipped. What a worker does with a run of a
        task is left to it for a moment: reading each run after each of its states costs Prefect's server too much.
        """
        now = self._clock.now()
        known = await in_thread(self._ledger.runs.states, [hint.flow_run_id for hint in hints])
        news = [hint for hint in hints if _is_news(hint, known.get(hint.flow_run_id))]
        left = [hint for hint in news if hint.flow_run_id in known and self._is_left_to_worker(hint)]
        return left + await self._read_hints([hint for hint in news if hint not in left], now)

    async def _read_hints(self, news: Sequence[H], now: datetime) -> list[H]:
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
        """Record the states of these runs, as Prefect's API gave them; unknown ones of our pool become tasks."""
        await self.record(
            [
                Observed(run.id, change_of(run.state_type, run.state_name, min(run.at, self._clock.now()), run.message))
                for run in runs
            ]
        )

    async def record_deleted(self, flow_run_ids: Sequence[UUID]) -> None:
        """Record that runs were deleted in Prefect, and recall them from workers that may be running them."""
        now = self._clock.now()
        gone = StateChange("FAILED", runs.DELETED, now, remark=DELETED)
        for run_id in flow_run_ids:
            await in_thread(self._ledger.recalls.give, run_id, DELETED, now, now)
        await in_thread(self._ledger.runs.observe, [Observed(run_id, gone) for run_id in flow_run_ids])

    async def retry_expected(self) -> None:
        """Look again for runs that events announced and that Prefect's API did not have yet."""
        now = self._clock.now()
        self._expected = {run_id: until for run_id, until in self._expected.items() if until > now}
        await self._adopt_unknown(set(self._expected))

    async def _adopt_unknown(self, unknown: set[UUID]) -> None:
        """Make tasks of these runs, except those of other pools and those that were created for a task."""
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

    def _is_left_to_worker(self, hint: RunHint) -> bool:
        now = self._clock.now()
        return hint.state_type in _WORKERS_OWN and now - _GRACE < hint.at <= now + _SKEW

    def _is_fresh_end(self, change: StateChange) -> bool:
        return _is_end(change) and change.at > self._clock.now() - _GRACE


def _is_news(hint: RunHint, known: RecordedState | None) -> bool:
    """Tell whether a hint is at another state than the recorded one, and not at an earlier one."""
    if known is None:
        return True
    return (hint.state_type, hint.state_name) != (known.type, known.name) and (known.at is None or hint.at > known.at)


def change_of(state_type: str, state_name: str, at: datetime, message: str | None) -> StateChange:
    """Return a state of Prefect's as the ledger records it; of a failure with its message as the remark."""
    failed = status_of(state_type, state_name) is Status.FAILED
    return StateChange(state_type, state_name, at, remark=message or _REMARKS[state_type] if failed else None)


def _is_end(change: StateChange) -> bool:
    return status_of(change.state_type, change.state_name) in _ENDS
