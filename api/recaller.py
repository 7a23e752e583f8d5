"""The recaller: carries out stops that Prefect has not heard of, because it, or we, were away."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Never
from uuid import UUID

from api.prefect_api import OUTAGES, PrefectApi, PrefectLacks, Run
from api.threads import to_end
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger, Recall
from phonefleet.loops import every
from phonefleet.states import Status, status_of

_log = logging.getLogger(__name__)

_EVERY = timedelta(seconds=1)
_PAGE = 200
_ENDS = (Status.COMPLETED, Status.FAILED)
_APPEARS_WITHIN = timedelta(minutes=1)
"""How long a run that is not in Prefect may still come into being, or be in a worker's hand."""


class Recaller:
    """Ends the runs that are recalled, then forgets the recalls."""

    def __init__(self, ledger: Ledger, prefect: PrefectApi, clock: Clock) -> None:
        self._ledger = ledger
        self._prefect = prefect
        self._clock = clock

    async def run(self) -> Never:
        """Carry recalls out until cancelled."""
        await every(_EVERY, self.carry_out, "Recalls wait", OUTAGES)

    async def carry_out(self) -> None:
        """Carry out what is due."""
        while recalls := await to_end(self._ledger.recalls.due, self._clock.now(), _PAGE):
            runs = await self._runs_of(recalls)
            done = [recall.id for recall in recalls if await self._is_done(recall, runs)]
            await to_end(self._ledger.recalls.forget, done)
            later = [recall.id for recall in recalls if recall.id not in done]
            await to_end(self._ledger.recalls.postpone, later, self._clock.now() + _APPEARS_WITHIN)

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
        # Looked up once more: a retry forgets the recall, and its run is to go again.
        remark = None if ended else await to_end(self._ledger.recalls.remark, run.id, recall.run_key)
        if remark is not None:
            await self._end(run, remark)
        return True

    async def _end(self, run: Run, remark: str) -> None:
        """End a run: at its next safe point if somebody runs it, at once if its task has ended or it has none."""
        task = await to_end(self._ledger.tasks.by_flow_run, run.id)
        running = task is not None and task.status is Status.RUNNING
        try:
            await (self._prefect.cancel if running else self._prefect.end)(run.id, remark)
        except PrefectLacks:
            return
        _log.info("flow run %s is ended: %s", run.id, remark)
