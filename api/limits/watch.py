"""Reschedules runs that wait for a limit when the limits have changed, so that they are decided by the new ones."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Never
from uuid import UUID

from api.loops.threads import in_thread
from api.prefect.client import OUTAGES, PrefectApi, PrefectRefused
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger
from phonefleet.ledger.tasks.runs import Waiting
from phonefleet.ledger.tasks.tasks import UNFINISHED
from phonefleet.loops import every
from phonefleet.runs.states import WAITING

_log = logging.getLogger(__name__)

_EVERY = timedelta(seconds=1)
_AGAIN_AFTER = (timedelta(seconds=10), timedelta(minutes=1))
"""Runs are rescheduled again after these times: one that was just decided by the old limits may not wait yet."""

_AT_ONCE = 100


class LimitWatch:
    """Watches the version of the limits. The first look counts as a change, because one may have been missed."""

    def __init__(self, ledger: Ledger, prefect: PrefectApi, clock: Clock) -> None:
        self._ledger = ledger
        self._prefect = prefect
        self._clock = clock
        self._seen: int | None = None
        self._again_at: list[float] = []

    async def run(self) -> Never:
        """Watch until cancelled."""
        await every(_EVERY, self.look, "The watch over the limits waits", OUTAGES)

    async def look(self) -> None:
        """Reschedule the waiting runs if the limits have changed since the last look, or a repetition is due."""
        version, now = (await in_thread(self._ledger.limits.current)).version, self._clock.monotonic()
        if version != self._seen:
            await self._reschedule_all()
            self._seen, self._again_at = version, [now + after.total_seconds() for after in _AGAIN_AFTER]
        elif self._again_at and now >= self._again_at[0]:
            await self._reschedule_all()
            del self._again_at[0]

    async def _reschedule_all(self) -> None:
        waiting = await in_thread(self._ledger.runs.waiting_for_limits)
        for start in range(0, len(waiting), _AT_ONCE):
            await self._reschedule(waiting[start : start + _AT_ONCE])

    async def _reschedule(self, waiting: Sequence[Waiting]) -> None:
        """Schedule for now the runs that still wait, in the order of their tasks: microseconds keep it in Prefect."""
        tasks = {one.flow_run_id: one.task_id for one in waiting}
        runs = [run for run in await self._prefect.runs(list(tasks)) if run.state_name == WAITING]
        now = self._clock.now()
        for run in sorted(runs, key=lambda run: tasks[run.id]):
            try:
                await self._prefect.schedule_again(run.id, now + timedelta(microseconds=tasks[run.id] % 1_000_000))
                await self._end_if_stopped(run.id)
            except PrefectRefused as error:
                _log.info("Flow run %s does not wait any more: %s", run.id, error)

    async def _end_if_stopped(self, run_id: UUID) -> None:
        """Cancel a run whose task was stopped meanwhile: rescheduling revives even a cancelled run in Prefect."""
        remark = await in_thread(self._ledger.recalls.remark, run_id, None)
        task = await in_thread(self._ledger.tasks.by_flow_run, run_id)
        if remark is not None or task is None or task.status not in UNFINISHED:
            await self._prefect.cancel(run_id, remark or (task and task.remark) or "stopped")
