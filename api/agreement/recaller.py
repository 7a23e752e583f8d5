"""Carries out recalls: ends flow runs in Prefect whose stop could not be carried out when it was asked for."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Never
from uuid import UUID

from api.loops.threads import in_thread
from api.prefect.client import OUTAGES, PrefectApi, PrefectNotFound, Run
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger, Recall
from phonefleet.loops import every
from phonefleet.runs.states import Status, status_of

_log = logging.getLogger(__name__)

_EVERY = timedelta(seconds=1)
_PAGE = 200
_ENDS = (Status.COMPLETED, Status.FAILED)
_APPEARS_WITHIN = timedelta(minutes=1)
"""How long a run that Prefect does not have may still be created, or be held by a worker."""


class Recaller:
    """Ends the runs that are recalled, and then deletes the recalls."""

    def __init__(self, ledger: Ledger, prefect: PrefectApi, clock: Clock) -> None:
        self._ledger = ledger
        self._prefect = prefect
        self._clock = clock

    async def run(self) -> Never:
        """Carry recalls out until cancelled."""
        await every(_EVERY, self.carry_out, "Recalls wait", OUTAGES)

    async def carry_out(self) -> None:
        """Carry out the recalls that are due; those that cannot be yet are postponed by a minute."""
        while recalls := await in_thread(self._ledger.recalls.due, self._clock.now(), _PAGE):
            runs = await self._runs_of(recalls)
            done = [recall.id for recall in recalls if await self._is_done(recall, runs)]
            await in_thread(self._ledger.recalls.forget, done)
            later = [recall.id for recall in recalls if recall.id not in done]
            await in_thread(self._ledger.recalls.postpone, later, self._clock.now() + _APPEARS_WITHIN)

    async def _runs_of(self, recalls: Sequence[Recall]) -> Mapping[UUID | str | None, Run]:
        ids = [recall.flow_run_id for recall in recalls if recall.flow_run_id]
        keys = [recall.run_key for recall in recalls if recall.run_key]
        named = await self._prefect.runs(ids) if ids else []
        made = await self._prefect.runs_made_with(keys) if keys else []
        return {run.id: run for run in named} | {run.key: run for run in made}

    async def _is_done(self, recall: Recall, runs: Mapping[UUID | str | None, Run]) -> bool:
        run = runs.get(recall.flow_run_id or recall.run_key)
        if run is None:
            return recall.given_at + _APPEARS_WITHIN <= self._clock.now()
        ended = status_of(run.state_type, run.state_name) in _ENDS
        # Looked up once more: a retry may have deleted the recall meanwhile, and its run must go on.
        remark = None if ended else await in_thread(self._ledger.recalls.remark, run.id, recall.run_key)
        if remark is not None:
            await self._end(run, remark)
        return True

    async def _end(self, run: Run, remark: str) -> None:
        """End a run: at its next safe point if its task is running, else at once."""
        task = await in_thread(self._ledger.tasks.by_flow_run, run.id)
        running = task is not None and task.status is Status.RUNNING
        try:
            await (self._prefect.cancel if running else self._prefect.end)(run.id, remark)
        except PrefectNotFound:
            return
        _log.info("flow run %s is ended: %s", run.id, remark)
