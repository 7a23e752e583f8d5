"""The reconciler: asks Prefect about unfinished tasks, so that what happened there without us shows here too."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Never

from api.prefect_api import PrefectApi, PrefectRefused, PrefectUnreachable, Run
from api.threads import to_end
from phonefleet.clock import Clock
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger import Ledger, StateChange, Task
from phonefleet.states import Status, status_of

_log = logging.getLogger(__name__)

_EVERY = timedelta(seconds=3)
_PAGE = 200
"""As many flow runs as Prefect's API returns at once."""

_REMARKS = {"CANCELLED": "cancelled in Prefect", "CRASHED": "the worker crashed", "FAILED": "failed"}


class Reconciler:
    """Projects the states of flow runs onto tasks: all running ones and a page of the waiting ones each time."""

    def __init__(self, ledger: Ledger, prefect: PrefectApi, clock: Clock) -> None:
        self._ledger = ledger
        self._prefect = prefect
        self._clock = clock
        self._last_id = 0

    async def run(self) -> Never:
        """Reconcile until cancelled."""
        while True:
            try:
                await self.sweep()
            except (PrefectUnreachable, PrefectRefused, LedgerUnreachable) as error:
                _log.info("The reconciler waits: %s", error)
            await asyncio.sleep(_EVERY.total_seconds())

    async def sweep(self) -> None:
        """Reconcile the running tasks and the next page of the waiting ones."""
        await self._reconcile(await self._unfinished(Status.RUNNING, 0))
        waiting = await self._unfinished(Status.PENDING, self._last_id)
        self._last_id = waiting[-1].id if len(waiting) == _PAGE else 0
        await self._reconcile(waiting)

    async def _unfinished(self, status: Status, after_id: int) -> list[Task]:
        return await to_end(self._ledger.tasks.unfinished, [status], after_id, _PAGE)

    async def _reconcile(self, tasks: Sequence[Task]) -> None:
        if not tasks:
            return
        runs = {
            run.id: run for run in await self._prefect.runs([task.flow_run_id for task in tasks if task.flow_run_id])
        }
        changes = [(task.id, self._change(task, runs.get(task.flow_run_id))) for task in tasks if task.flow_run_id]
        for task_id, change in changes:
            if change is not None:
                await to_end(self._ledger.tasks.project, task_id, change)

    def _change(self, task: Task, run: Run | None) -> StateChange | None:
        """Return what a task has missed, if anything."""
        if run is None:
            return StateChange("FAILED", "Deleted", self._clock.now(), remark="its flow run was deleted in Prefect")
        if task.state_at is not None and run.at <= task.state_at:
            return None
        failed = status_of(run.state_type, run.state_name) is Status.FAILED
        remark = run.message or _REMARKS[run.state_type] if failed else None
        return StateChange(run.state_type, run.state_name, run.at, remark=remark)
