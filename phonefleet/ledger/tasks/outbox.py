"""The outbox: tasks without a flow run yet. A row is inserted with its task, and deleted when the run exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Row, Uuid, bindparam, delete, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.clock import Clock
from phonefleet.ledger.tables.base import LedgerRow, table_of
from phonefleet.ledger.tables.fleet import DeviceRow
from phonefleet.ledger.tables.tasks import OutboxEntry, TaskRow
from phonefleet.ledger.tasks.recalls import give_recall
from phonefleet.ledger.tasks.tasks import TASKS, project
from phonefleet.ledger.values import OutboxRow, Source, StateChange, Task
from phonefleet.runs.keys import run_key
from phonefleet.runs.states import Status
from phonefleet.words import pack


class Outbox:
    """The outbox of the ledger."""

    def __init__(self, sessions: sessionmaker[Session], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def due(self, limit: int) -> list[OutboxRow]:
        """Return rows to submit: what may start now first, and of these each phone's first, then its second."""
        now = self._clock.now()
        turn = func.row_number().over(
            partition_by=OutboxEntry.serial, order_by=(OutboxEntry.scheduled_for, OutboxEntry.task_id)
        )
        query = (
            select(OutboxEntry, TaskRow, LedgerRow.id, DeviceRow.alias)
            .join(TaskRow, TaskRow.id == OutboxEntry.task_id)
            .join(LedgerRow, true())
            .outerjoin(DeviceRow, DeviceRow.serial == TaskRow.serial)
            .where(TaskRow.deleted_at.is_(None), or_(OutboxEntry.retry_at.is_(None), OutboxEntry.retry_at <= now))
            .order_by(func.greatest(OutboxEntry.scheduled_for, now), turn, OutboxEntry.task_id)
            .limit(limit)
        )
        with self._sessions() as session:
            return [_outbox_row(*row) for row in session.execute(query)]

    def submitted(self, task_id: int, flow_run_id: UUID, state: StateChange, *, key: str | None = None) -> bool:
        """Record a task's flow run; False when it must not go on: the task was stopped, deleted or retried meanwhile.

        `key` is the key that the run was made with, as the row had it; None stands for the task's present key.
        """
        with self._sessions.begin() as session:
            task = _locked(session, task_id)
            if task is None:
                return False
            if task.flow_run_id not in {None, flow_run_id}:  # it was retried in the run that it had by then
                _take(session, task, None)
                return False
            if not _take(session, task, key):
                return task.flow_run_id == flow_run_id
            if task.state_at is None or task.state_at <= state.at:
                project(session, task_id, replace(state, flow_run_id=flow_run_id))
            else:  # the lane was faster
                session.execute(_GIVEN_RUN, {"this": task_id, "run": flow_run_id})
            return True

    def failed(self, task_id: int, error: str, retry_at: datetime, *, key: str | None = None) -> None:
        """Record why a task could not be submitted and when to try again, unless it was stopped meanwhile."""
        again = {"attempts": OutboxEntry.attempts + 1, "retry_at": retry_at}
        with self._sessions.begin() as session:
            task = _locked(session, task_id)
            if task is None or not _is_of(task, key):
                return
            row = update(OutboxEntry).where(OutboxEntry.task_id == task_id).values(again)
            waits = session.scalar(row.returning(OutboxEntry.task_id)) is not None
            if waits and task.status == Status.PENDING:  # else a lane has its run already, and says more
                session.execute(
                    update(TaskRow).where(TaskRow.id == task_id).values(remark=error, remark_message=pack(error))
                )

    def refused(self, task_id: int, error: str, at: datetime, *, key: str | None = None) -> None:
        """Record that Prefect refused a task, which thereby has failed, unless it was stopped meanwhile."""
        with self._sessions.begin() as session:
            task = _locked(session, task_id)
            if task is not None and _take(session, task, key) and task.flow_run_id is None:
                project(session, task_id, StateChange("FAILED", "Refused", at, remark=error))

    def withdraw(self, task_id: int, remark: str, at: datetime) -> bool:
        """Cancel a task that has no flow run yet; False when it has, or was stopped already.

        Its run is recalled too, because a submitter may just be creating it, or was killed when it had.
        """
        with self._sessions.begin() as session:
            task = _locked(session, task_id)
            if task is None or task.flow_run_id is not None or not _take(session, task, None):
                return False
            give_recall(session, remark, at, at, run_key=_key_of(task))
            project(session, task_id, StateChange("CANCELLED", "Cancelled", at, remark=remark))
            return True

    def requeue(self, task: Task, at: datetime) -> bool:
        """Put a task whose flow run is gone, or that has none, into the outbox again, as a retry.

        False when it is no longer as `task` says, because somebody else has retried, stopped or deleted it meanwhile.
        """
        anew = dict.fromkeys(("state_type", "state_name", "state_at", "remark", "end_time", "flow_run_id"))
        count = TaskRow.retry_count + 1
        unchanged = (
            TaskRow.id == task.id,
            TaskRow.deleted_at.is_(None),
            TaskRow.status == task.status,
            TaskRow.retry_count == task.retry_count,
            TaskRow.flow_run_id.is_not_distinct_from(task.flow_run_id),
        )
        values = {"status": Status.PENDING, "retry_count": count, "scheduled_for": at, **anew}
        started = update(TaskRow).where(*unchanged).values(values).returning(TaskRow.serial)
        with self._sessions.begin() as session:
            serial = session.scalar(started)
            if serial is not None:
                row = insert(OutboxEntry).values(task_id=task.id, serial=serial, scheduled_for=at)
                session.execute(row.on_conflict_do_nothing())
        return serial is not None

    def newest(self) -> int:
        """Return the highest id of the tasks in the outbox, 0 where it is empty."""
        with self._sessions() as session:
            return session.scalar(select(func.max(OutboxEntry.task_id))) or 0

    def pending_count(self) -> int:
        """Return how many tasks are in the outbox."""
        with self._sessions() as session:
            return session.scalar(select(func.count()).select_from(OutboxEntry)) or 0


def _locked(session: Session, task_id: int) -> Row[Any] | None:
    """Return a task that is not deleted, locked: what changes it or its row in the outbox locks it first."""
    return session.execute(_LOCKED, {"this": task_id}).first()


def _take(session: Session, task: Row[Any], key: str | None) -> bool:
    """Delete a task's row from the outbox; False when there was none, or one of a later sending."""
    return _is_of(task, key) and session.execute(_TAKEN, {"this": task.id}).first() is not None


def _is_of(task: Row[Any], key: str | None) -> bool:
    """Tell whether a run key is the task's present one; a task that was sent again has another."""
    return key is None or key == _key_of(task)


def _key_of(task: Row[Any]) -> str:
    return run_key(task.ledger_id, task.id, task.retry_count)


_LEDGER = table_of(LedgerRow)
_OUTBOX = table_of(OutboxEntry)
_READ = ("id", "status", "flow_run_id", "state_at", "retry_count")
_LOCKED: Final = (
    select(*[TASKS.c[name] for name in _READ], select(_LEDGER.c.id).scalar_subquery().label("ledger_id"))
    .where(TASKS.c.id == bindparam("this"), TASKS.c.deleted_at.is_(None))
    .with_for_update(of=TASKS)
)
_TAKEN: Final = delete(_OUTBOX).where(_OUTBOX.c.task_id == bindparam("this")).returning(_OUTBOX.c.task_id)
_GIVEN_RUN: Final = (
    update(TASKS).where(TASKS.c.id == bindparam("this")).values(flow_run_id=bindparam("run", type_=Uuid()))
)


def _outbox_row(entry: OutboxEntry, task: TaskRow, ledger_id: str, alias: str | None) -> OutboxRow:
    return OutboxRow(
        task_id=task.id,
        run_key=run_key(ledger_id, task.id, task.retry_count),
        script_name=task.script_name,
        script_config=task.script_config,
        serial=task.serial,
        username=task.username,
        app=task.app,
        wait_seconds=task.wait_seconds,
        scheduled_for=task.scheduled_for,
        source=cast("Source", task.source),
        campaign_id=task.campaign_id,
        attempts=entry.attempts,
        alias=alias,
    )
