"""Shows in Prefect why overdue runs wait: as the message of their state, and as lines of their logs.

A run that should have begun is set to Late, which Prefect does only while it is still scheduled, with the reason as the
state's message. Each further reason is a line of the run's log, which disturbs nothing (docs/decisions/0032). Why a
task waits is decided in `phonefleet.waiting`.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Never
from uuid import UUID

from api.loops.threads import in_thread
from api.prefect.client import OUTAGES, LogLine, PrefectApi, PrefectRefused, Run
from api.tasks.waiting import WaitingReasons
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger
from phonefleet.loops import every
from phonefleet.settings import Settings
from phonefleet.waiting import Reason

_log = logging.getLogger(__name__)

LOGGER = "phonefleet.waiting"
"""The name by which its lines are told from others in the logs of runs."""

_EVERY = timedelta(seconds=5)
OVERDUE = timedelta(seconds=15)
"""How long after its time a run is late, as for Prefect's own service, which is off (deployments.prefect_server)."""

_PAGE = 200
"""So many overdue tasks are looked at in a round, all of them in turn."""

_MOST_TOLD = 20
"""For so many runs Prefect hears of a new reason in a round: each costs it a state, an event and a line of a log."""

_MOST_TURNS = 3
"""Of these so many merely wait for their turn. In a full queue nearly every run does, and telling each of them at once
would cost Prefect a third of what carrying it out costs."""

_SELDOM = timedelta(minutes=1)
"""How long a run's reason stands at least, so that a phone with a loose plug does not fill its runs' logs."""

_NOTHING = "starting"
"""The code of the reason that nothing stands in the way."""

_TURN = "turn"
_LATER = "Later reasons are lines of its log."


@dataclass(frozen=True, slots=True)
class _Late:
    """An overdue task with its run and its reason; `fresh` tells that Prefect may show none yet."""

    task_id: int
    flow_run_id: UUID
    reason: Reason
    fresh: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """What Prefect shows for a run, and since when."""

    record: str
    at: datetime


class ReasonTeller:
    """Tells Prefect in each round of the runs whose reason has changed, those that wait for a person first.

    await ReasonTeller(ledger, prefect, waiting, settings, clock).run()
    """

    def __init__(
        self, ledger: Ledger, prefect: PrefectApi, waiting: WaitingReasons, settings: Settings, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._prefect = prefect
        self._waiting = waiting
        self._settings = settings
        self._clock = clock
        self._last_id = 0
        self._told: dict[int, _Told] = {}
        self._seen: set[int] = set()

    async def run(self) -> Never:
        """Tell reasons until cancelled."""
        await every(_EVERY, self.tell, "Prefect does not show why runs wait", OUTAGES)

    async def tell(self) -> None:
        """Tell the new reasons of the next overdue runs."""
        news = self._news(await self._overdue())
        pressing = [late for late in news if late.reason.code != _TURN]
        in_turn = [late for late in news if late.reason.code == _TURN][:_MOST_TURNS]
        if some := await self._untold([*pressing, *in_turn][:_MOST_TOLD]):
            await self._show(some)

    async def _overdue(self) -> list[_Late]:
        """Return the next page of overdue tasks, with what stands in their way."""
        now = self._clock.now()
        page = await in_thread(self._ledger.runs.overdue, now - OVERDUE, self._last_id, _PAGE)
        self._seen |= {one.task_id for one in page}
        self._last_id = page[-1].task_id if len(page) == _PAGE else 0
        if not self._last_id:  # all have been seen: forget those that wait no more
            self._told = {task_id: told for task_id, told in self._told.items() if task_id in self._seen}
            self._seen = set()
        tasks = await in_thread(self._ledger.tasks.some, [one.task_id for one in page]) if page else []
        reasons = await self._waiting.told(tasks, self._settings)
        fresh = {task.id for task in tasks if task.state == "Scheduled"}
        return [
            _Late(one.task_id, one.flow_run_id, reasons[one.task_id], one.task_id in fresh)
            for one in page
            if one.task_id in reasons and reasons[one.task_id].code != _NOTHING
        ]

    def _news(self, overdue: Iterable[_Late]) -> list[_Late]:
        """Return those of which Prefect shows another reason, or none, as far as is remembered."""
        oldest = self._clock.now() - _SELDOM
        return [late for late in overdue if self._is_new(late, oldest)]

    def _is_new(self, late: _Late, oldest: datetime) -> bool:
        told = self._told.get(late.task_id)
        return told is None or (told.record != late.reason.record and told.at < oldest)

    async def _untold(self, news: Sequence[_Late]) -> list[_Late]:
        """Return those whose log does not end with their reason; another API, or this one before, may have told it."""
        unsure = [late for late in news if late.task_id not in self._told and not late.fresh]
        lines = await self._last_lines([late.flow_run_id for late in unsure]) if unsure else {}
        for late in unsure:
            if late.flow_run_id in lines:
                self._told[late.task_id] = lines[late.flow_run_id]
        return self._news(news)

    async def _last_lines(self, runs: Sequence[UUID]) -> dict[UUID, _Told]:
        found: dict[UUID, _Told] = {}
        for line in await self._prefect.logs(runs):
            if line["name"] == LOGGER:
                told = _Told(line["message"], datetime.fromisoformat(line["timestamp"]))
                found.setdefault(UUID(line["flow_run_id"]), told)
        return found

    async def _show(self, news: Collection[_Late]) -> None:
        """Mark runs as late with their reasons, and add these to their logs."""
        now = self._clock.now()
        runs = {run.id: run for run in await self._prefect.runs([late.flow_run_id for late in news])}
        shown = [late for late in news if await self._is_late(runs.get(late.flow_run_id), late.reason, now)]
        if shown:
            lines = [LogLine(late.flow_run_id, LOGGER, late.reason.record, now) for late in shown]
            await self._prefect.write_logs(lines)
        self._told |= {late.task_id: _Told(late.reason.record, now) for late in news}

    async def _is_late(self, run: Run | None, reason: Reason, now: datetime) -> bool:
        """Tell whether a run still waits though it is overdue; it is marked as late if it was not yet."""
        if run is None or run.state_type != "SCHEDULED" or run.next_start is None or run.next_start > now:
            return False
        if run.state_name != "Scheduled":
            return True
        try:
            return await self._prefect.mark_late(run.id, run.next_start, f"{reason.record}. {_LATER}")
        except PrefectRefused as error:  # the other runs of the round are told of all the same
            _log.warning("flow run %s cannot be marked as late: %s", run.id, error.message)
            return False
