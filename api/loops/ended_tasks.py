"""Deletes ended tasks that are kept no longer: their runs in Prefect, their evidence, and then their rows.

In this order, because a run without its task could be run again by a person and would then act a second time. Whoever
dies in between has lost nothing: the next turn finds the same tasks. Batches are small, and after each there is a rest
that is longer than the work.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from api.loops.threads import in_thread
from api.prefect.client import MOST_DELETED, PrefectApi, Run
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger
from phonefleet.ledger.tasks.history import Kind, OldTask, OpenSightings
from phonefleet.loops import sleep

_log = logging.getLogger(__name__)

EVIDENCE = re.compile(r"task-(\d+)-")
"""How the names of evidence files begin, with the id of their task."""

_BATCH = MOST_DELETED
_RESTS = 9
"""A rest takes so many times as long as the batch before it: the deletion takes a tenth of the time at most."""

_SHORTEST_REST = timedelta(milliseconds=50)
_FRUITLESS = 20
"""After so many batches of which Prefect still has every run, the rest is left for the next turn."""

_SLACK = timedelta(hours=1)
"""By how much longer Prefect may be set to keep runs than tasks are kept, before the API deletes them itself."""

_OVERDUE = timedelta(days=1)
"""How long after its time the API deletes a run itself that Prefect was to delete."""


@dataclass(slots=True)
class Forgotten:
    """What a turn has deleted so far, and how many tasks wait until Prefect has deleted their runs."""

    tasks: int = 0
    files: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is known for all batches of a turn: until when tasks go, and whether Prefect deletes their runs itself."""

    before: datetime
    sightings: OpenSightings
    prefect_deletes: bool
    files: Mapping[int, Sequence[Path]]
    forgotten: Forgotten = field(default_factory=Forgotten)


class EndedTasks:
    """Deletes ended tasks in small batches; `evidence` is the folder of evidence files, `rest` waits between batches.

    forgotten = await EndedTasks(ledger, prefect, clock, folder).forget(timedelta(days=90))
    """

    def __init__(
        self,
        ledger: Ledger,
        prefect: PrefectApi,
        clock: Clock,
        evidence: Path,
        rest: Callable[[timedelta], Awaitable[object]] = sleep,
    ) -> None:
        self._history = ledger.history
        self._prefect = prefect
        self._clock = clock
        self._evidence = evidence
        self._rest = rest

    async def forget(self, kept: timedelta, told: Callable[[int], None] = lambda _: None) -> Forgotten:
        """Delete the tasks that ended longer ago than `kept`, and call `told` with the number of each batch.

        Raises:
            LedgerUnreachable: the database is away.
            PrefectUnreachable: Prefect is away; nothing is deleted of which Prefect may have a run.
            PrefectRefused: Prefect refuses to delete runs.

        """
        before = self._clock.now() - kept
        sightings = await in_thread(self._history.open_sightings, before)
        turn: _Turn | None = None
        for kind in ("ended", "deleted"):
            batch = await in_thread(self._history.old, kind, before, sightings, None, _BATCH)
            if batch and turn is None:
                files = await in_thread(_files_by_task, self._evidence)
                turn = _Turn(before, sightings, await self._prefect_deletes(kept), files)
            if turn is not None:
                await self._forget_all(kind, batch, turn, told)
        return turn.forgotten if turn else Forgotten()

    async def _prefect_deletes(self, kept: timedelta) -> bool:
        """Tell whether Prefect deletes runs by itself in time, as the server that we start does."""
        by_itself = await self._prefect.keeps_ended_runs()
        return by_itself is not None and by_itself <= kept + _SLACK

    async def _forget_all(self, kind: Kind, batch: Sequence[OldTask], turn: _Turn, told: Callable[[int], None]) -> None:
        fruitless = 0
        while batch and fruitless < _FRUITLESS:
            begun = self._clock.monotonic()
            number = await self._forget_batch(batch, turn)
            told(number)
            fruitless = 0 if number else fruitless + 1
            last = batch[-1]
            batch = await in_thread(self._history.old, kind, turn.before, turn.sightings, last, _BATCH)
            taken = timedelta(seconds=self._clock.monotonic() - begun)
            await self._rest(max(_SHORTEST_REST, taken * _RESTS))

    async def _forget_batch(self, batch: Sequence[OldTask], turn: _Turn) -> int:
        """Delete a batch, without the tasks of which Prefect still has the run; return how many went."""
        remaining = await self._remaining([task.flow_run_id for task in batch if task.flow_run_id], turn)
        free = [task for task in batch if task.flow_run_id not in remaining]
        turn.forgotten.waiting += len(batch) - len(free)
        turn.forgotten.files += await in_thread(
            _remove, [file for task in free for file in turn.files.get(task.id, ())]
        )
        number = await in_thread(self._history.forget, free, turn.before, turn.sightings) if free else 0
        turn.forgotten.tasks += number
        return number

    async def _remaining(self, run_ids: Sequence[UUID], turn: _Turn) -> set[UUID]:
        """Return those of these runs that Prefect has; before that the ones are deleted that it does not delete."""
        there = await self._in_prefect(run_ids)
        overdue = turn.before - _OVERDUE
        ours = [run.id for run in there if not turn.prefect_deletes or run.at < overdue]
        if ours:
            await self._prefect.delete_ended_runs(ours)
            there = await self._in_prefect([run.id for run in there])
        return {run.id for run in there}

    async def _in_prefect(self, run_ids: Sequence[UUID]) -> list[Run]:
        return await self._prefect.runs(run_ids) if run_ids else []


def _files_by_task(folder: Path) -> dict[int, list[Path]]:
    found: defaultdict[int, list[Path]] = defaultdict(list)
    for file in folder.glob("task-*"):
        if begins := EVIDENCE.match(file.name):
            found[int(begins[1])].append(file)
    return found


def _remove(files: Sequence[Path]) -> int:
    """Remove files; return how many there were."""
    removed = 0
    for file in files:
        with suppress(OSError):  # somebody else removes it too, or it cannot be removed and goes by its age
            file.unlink()
            removed += 1
    return removed
