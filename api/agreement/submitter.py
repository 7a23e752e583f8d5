"""Submits tasks to Prefect: creates one flow run for each row of the outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import islice
from typing import Never
from uuid import UUID

from api.loops.threads import in_thread
from api.prefect.client import NewRun, PrefectApi, PrefectNotFound, PrefectRefused, PrefectUnreachable
from phonefleet.clock import Clock
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger import Ledger, OutboxRow, StateChange
from phonefleet.ledger.tasks.run_names import ReadConfig, run_name
from phonefleet.own_scripts.catalogue import ScriptBroken
from phonefleet.own_scripts.scripts import Scripts, ScriptUnknown
from phonefleet.runs.deployments import deployment_of
from phonefleet.runs.queues import queue_name
from phonefleet.scripts import FLOWS, read_config
from phonefleet.words import say

_log = logging.getLogger(__name__)

_AT_ONCE = 4
_TOGETHER = 8
"""How many runs are created by one request: the first of them begins when the last is there."""

_ROUND = 128
_AT_LEAST = 16
"""Rows of a round that are submitted even if new tasks come; then a new round begins, so that a phone's first task
does not wait behind another phone's long backlog."""

_POLL = timedelta(seconds=1)
_LONGEST_BACKOFF = timedelta(seconds=10)


class Answer(Enum):
    """What Prefect answered to a task: for good, even with a refusal; that its own script is not there yet; nothing."""

    FINAL = auto()
    LATER = auto()
    NONE = auto()


class Submitter:
    """Creates the flow runs of the outbox. A crash repeats none: the task's key is the run's idempotency key.

    Runs of one script are created together. Those that may have been created before, by a process that was killed or
    by a request whose answer was lost, are created one by one: only then does Prefect tell what became of them.
    """

    def __init__(self, ledger: Ledger, prefect: PrefectApi, clock: Clock, scripts: Scripts | None = None) -> None:
        self._scripts = scripts or Scripts()
        self._ledger = ledger
        self._prefect = prefect
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._fruitless = 0
        self._sent_before: int | None = None
        self._sent: set[str] = set()

    def wake(self) -> None:
        """Look at the outbox now; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._news.set)

    async def run(self) -> Never:
        """Submit until cancelled."""
        while True:
            self._news.clear()
            rest = _LONGEST_BACKOFF
            try:
                rest = self._rest_after(*await self.submit_some())
            except* LedgerUnreachable as lost:
                _log.warning("The submitter waits for the database: %s", lost.exceptions[0])
            await self._rest(rest)

    async def submit_some(self) -> tuple[int, int]:
        """Submit the next rows; return how many there were, and how many of them Prefect took or refused."""
        if self._sent_before is None:
            self._sent_before = await in_thread(self._ledger.outbox.newest)
        rows = await in_thread(self._ledger.outbox.due, _ROUND)
        waiting = iter(enumerate(rows))
        async with asyncio.TaskGroup() as group:
            consumers = [group.create_task(self._submit_each(waiting)) for _ in range(_AT_ONCE)]
        return len(rows), sum(consumer.result() for consumer in consumers)

    def _rest_after(self, tried: int, submitted: int) -> timedelta:
        """Return how long to wait: exponential backoff while Prefect answers no request."""
        self._fruitless = self._fruitless + 1 if tried and not submitted else 0
        if self._fruitless:
            return _backoff(self._fruitless - 1)
        return timedelta(0) if tried else _POLL

    async def _submit_each(self, rows: Iterator[tuple[int, OutboxRow]]) -> int:
        """Submit rows until none is left, new tasks came, or Prefect did not answer; the next round does the rest."""
        answered = 0
        while some := list(islice(rows, _TOGETHER)):
            if some[0][0] >= _AT_LEAST and self._news.is_set():
                break
            answers = await self._submit_some([row for _, row in some])
            answered += answers.count(Answer.FINAL)
            if Answer.NONE in answers:
                break
        return answered

    async def _submit_some(self, rows: Sequence[OutboxRow]) -> list[Answer]:
        """Submit rows, those of a script together; of one that Prefect did not answer, those behind it wait."""
        answers: list[Answer] = []
        left = list(rows)
        for script in {row.script_name for row in rows if row.script_name in FLOWS}:
            group = [row for row in rows if row.script_name == script and self._is_new(row)]
            done = await self._submit_together(group) if len(group) > 1 else set[int]()
            answers += [Answer.FINAL] * len(done)
            left = [row for row in left if row.task_id not in done]
        for row in left:
            answers.append(await self._submit(row))
            if answers[-1] is Answer.NONE:
                break
        return answers

    def _is_new(self, row: OutboxRow) -> bool:
        """Tell whether nobody can have created the row's run yet."""
        before = self._sent_before
        return before is not None and row.task_id > before and row.run_key not in self._sent and not row.attempts

    async def _submit_together(self, rows: Sequence[OutboxRow]) -> set[int]:
        """Create the runs of new rows of one script by one request; return the tasks that have their runs."""
        before = self._clock.now()  # a worker may take a run before the answer is here
        self._sent |= {row.run_key for row in rows}
        try:
            made = await self._prefect.create_runs([flow_run_of(row) for row in rows])
        except (PrefectUnreachable, PrefectRefused):
            return set()  # one by one, each gets its own answer
        state = StateChange("SCHEDULED", "Scheduled", before)
        for row, run_id in zip(rows, made, strict=True):
            await self._record(row, run_id, state)
            self._sent.discard(row.run_key)
        return {row.task_id for row in rows}

    async def _submit(self, row: OutboxRow) -> Answer:
        """Submit a task; tell what Prefect answered."""
        outbox = self._ledger.outbox
        try:
            run = await self._prefect.create_run(await self._run_of(row))
        except PrefectUnreachable as error:
            retry_at = self._clock.now() + _backoff(row.attempts)
            if isinstance(error, PrefectNotFound) and row.script_name not in FLOWS:
                return await in_thread(self._put_off, row, retry_at)
            await in_thread(outbox.failed, row.task_id, error.message, retry_at, key=row.run_key)
            return Answer.NONE
        except PrefectRefused as error:
            now = self._clock.now()
            await in_thread(outbox.refused, row.task_id, error.message, now, key=row.run_key)
        else:
            await self._record(row, run.id, StateChange(run.state_type, run.state_name, run.at))
        self._sent.discard(row.run_key)
        return Answer.FINAL

    async def _record(self, row: OutboxRow, run_id: UUID, state: StateChange) -> None:
        if not await in_thread(self._ledger.outbox.submitted, row.task_id, run_id, state, key=row.run_key):
            await self._cancel(run_id)

    def _put_off(self, row: OutboxRow, retry_at: datetime) -> Answer:
        """Have a task wait until the worker has brought its script to Prefect, or fail where its file is gone."""
        try:
            if self._scripts.own is not None:
                self._scripts.named(row.script_name)
        except ScriptUnknown:
            why = say(
                "agreement.no_script_any_more_put",
                "there is no script {script_name} any more: put its file back, and retry the task",
                script_name=row.script_name,
            )
            self._ledger.outbox.refused(row.task_id, why, self._clock.now(), key=row.run_key)
            return Answer.FINAL
        except ScriptBroken as broken:
            why = broken.message
        else:
            why = say(
                "agreement.worker_not_taken_up_script",
                "the worker has not taken up the script {script_name} yet",
                script_name=row.script_name,
            )
        told = say("agreement.task_sent_again_itself", "{why}; the task is sent again by itself", why=why)
        self._ledger.outbox.failed(row.task_id, told, retry_at, key=row.run_key)
        return Answer.LATER

    async def _run_of(self, row: OutboxRow) -> NewRun:
        if row.script_name in FLOWS:
            return flow_run_of(row)
        return await in_thread(flow_run_of, row, self._scripts.read_config)  # the script's own file says its name

    async def _cancel(self, run_id: UUID) -> None:
        """Cancel the run of a task that was stopped while its run was being created."""
        try:
            await self._prefect.cancel(run_id, say("tasks.stopped", "stopped"))
        except (PrefectUnreachable, PrefectRefused) as error:
            _log.warning("flow run %s of a stopped task was not cancelled: %s", run_id, error)

    async def _rest(self, duration: timedelta) -> None:
        try:
            async with asyncio.timeout(duration.total_seconds()):
                await self._news.wait()
        except TimeoutError:
            return


def flow_run_of(row: OutboxRow, read: ReadConfig = read_config) -> NewRun:
    """Return the flow run to create for a task."""
    account = [f"account:{row.username}"] if row.username else []
    campaign = [f"campaign:{row.campaign_id}"] if row.campaign_id is not None else []
    return NewRun(
        deployment=deployment_of(row.script_name),
        name=run_name(row, read),
        work_queue=queue_name(row.serial),
        parameters={
            "serial": row.serial,
            "config": row.script_config,
            "username": row.username,
            "wait_seconds": row.wait_seconds,
            "app": row.app,
        },
        tags=[f"task:{row.task_id}", f"serial:{row.serial}", *account, f"source:{row.source}", *campaign],
        idempotency_key=row.run_key,
        scheduled_for=row.scheduled_for,
    )


def _backoff(failures: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(failures, 10)), _LONGEST_BACKOFF)
