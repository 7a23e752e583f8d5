"""Reconciles unfinished tasks with their flow runs in Prefect, in case events were lost."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Never
from uuid import UUID

from api.agreement.observer import Observer
from api.loops.threads import in_thread
from api.prefect.client import OUTAGES, PrefectApi, Run
from phonefleet.ledger import Ledger
from phonefleet.loops import every
from phonefleet.runs.states import Status
from phonefleet.settings import POOL

_log = logging.getLogger(__name__)

_EVERY = timedelta(seconds=2)
_PAGE = 200
"""As many flow runs as Prefect's API returns at once."""

_COUNTED = 1000
"""How many waiting runs are counted in one request: 11 ms, where reading them takes 300 ms."""

_MOST_COUNTED = 20 * _COUNTED
_AT_WORK = ("RUNNING", "CANCELLING")
_WAITING = ("SCHEDULED", "PENDING", "PAUSED")
_UNDER_WAY = {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING", "PAUSED"]}}}
_GOING_AGAIN = {"state": {"name": {"any_": ["AwaitingRetry", "Resuming", "Suspended"]}}}
_UNTAGGED = {"state": {"type": {"any_": ["SCHEDULED"]}}, "tags": {"is_null_": True}}
"""Runs that a person may have started: ours have tags. A person's run with tags is adopted when a worker takes it."""


class Reconciler:
    """Compares all running tasks with Prefect each time, and up to 20,000 waiting ones, all of them in turn.

    Both are counted first, and only runs that do not count are read.
    """

    def __init__(self, ledger: Ledger, prefect: PrefectApi, observer: Observer) -> None:
        self._ledger = ledger
        self._prefect = prefect
        self._observer = observer
        self._last_id = 0

    async def run(self) -> Never:
        """Reconcile until cancelled."""
        await every(_EVERY, self.sweep, "The reconciler waits", OUTAGES)

    async def sweep(self) -> None:
        """Reconcile the running tasks, the next waiting ones, and announced runs that Prefect did not have yet."""
        for ids in _parts(await in_thread(self._ledger.runs.at_work), _COUNTED):
            await self._look_at_work(ids)
        waiting = await in_thread(self._ledger.runs.waiting, self._last_id, _MOST_COUNTED)
        self._last_id = waiting[-1].task_id if len(waiting) == _MOST_COUNTED else 0
        for ids in _parts([task.flow_run_id for task in waiting], _COUNTED):
            if await self._prefect.count_in(_WAITING, ids, POOL) != len(ids):
                await self._compare(ids)
        await self._observer.retry_expected()

    async def _look_at_work(self, ids: Sequence[UUID]) -> None:
        """Read those of these runs that Prefect does not count as at work; all of them where some are gone.

        Reading each run in each round would cost Prefect's server as much as carrying runs out.
        """
        others = [run for some in _parts(ids, _PAGE) for run in await self._prefect.runs(some, not_in=_AT_WORK)]
        await self._observer.record_runs(others)
        if await self._prefect.count_in(_AT_WORK, ids, POOL) + len(others) < len(ids):
            await self._compare(ids)

    async def catch_up(self) -> None:
        """Read what may have been missed while no events came: runs under way, rescheduled, or started by people."""
        for wanted in (_UNDER_WAY, _GOING_AGAIN, _UNTAGGED):
            await self._look_at_pool(wanted)
        await self.sweep()

    async def _look_at_pool(self, wanted: dict[str, Any]) -> None:
        seen = 0
        while runs := await self._prefect.runs_of_pool(POOL, wanted, seen):
            await self._observer.record_runs(runs)
            seen += len(runs)
            if len(runs) < _PAGE:
                return

    async def _compare(self, ids: Sequence[UUID]) -> None:
        for some in _parts(ids, _PAGE):
            runs = await self._prefect.runs(some)
            await self._observer.record_runs(runs)
            await self._send_again([run for run in runs if run.pool is None and run.state_type == "SCHEDULED"])
            if gone := set(some).difference(run.id for run in runs):
                await self._observer.record_deleted(list(gone))

    async def _send_again(self, homeless: Sequence[Run]) -> None:
        """Put the tasks of runs whose queue was deleted in Prefect back into the outbox: no worker is offered them."""
        for run in homeless:
            task = await in_thread(self._ledger.tasks.by_flow_run, run.id)
            if task is not None and task.status is Status.PENDING:
                await in_thread(self._ledger.outbox.requeue, task, task.scheduled_for)
                _log.warning("the queue of flow run %s was deleted in Prefect: task %s is sent again", run.id, task.id)
            await self._prefect.delete_run(run.id)


def _parts(ids: Sequence[UUID], size: int) -> list[Sequence[UUID]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
