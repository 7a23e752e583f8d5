"""Stores tasks: creates them in bulk, finds and counts them, and records the states of their flow runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, case, delete, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.clock import Clock
from phonefleet.ledger.names import accounts_called, resolve
from phonefleet.ledger.tables.tasks import OutboxEntry, TaskRow
from phonefleet.ledger.tasks.bulk import insert_tasks
from phonefleet.ledger.tasks.counting import TaskCounts
from phonefleet.ledger.tasks.holding import is_free, may_begin, refuse_if_elsewhere
from phonefleet.ledger.tasks.idempotency import claim_key, record_tasks
from phonefleet.ledger.values import (
    Adoption,
    Counts,
    Idempotency,
    NewTask,
    Progress,
    Source,
    StateChange,
    Task,
    TaskFilter,
)
from phonefleet.runs.hold import HELD_FOR
from phonefleet.runs.states import Status, status_of
from phonefleet.words import pack, pack_within, unpack, unpack_within

UNFINISHED = (Status.PENDING, Status.RUNNING)
_TERMINAL = (Status.COMPLETED, Status.FAILED)
_LIVE = TaskRow.deleted_at.is_(None)
_AS_WRITTEN = {"synchronize_session": False}
"""No row of the session is brought up to date: none was read."""


class Tasks:
    """The tasks of the ledger. No call finds deleted ones.

    task_ids = ledger.tasks.create([NewTask("follow", config, "R58M12ABCDE", "sample", now, now)])
    """

    def __init__(self, sessions: sessionmaker[Session], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self.counts = TaskCounts(sessions)

    def create(self, batch: Sequence[NewTask], idempotency: Idempotency | None = None) -> list[int]:
        """Create tasks and their outbox rows, all or none; return the ids in the order of the batch.

        With an idempotency key that was used before nothing is created, and the earlier ids are returned.
        Raises `KeyReused` when that request asked for something else.
        """
        with self._sessions.begin() as session:
            earlier = claim_key(session, idempotency) if idempotency else None
            if earlier is not None:
                return earlier
            task_ids = insert_tasks(session, batch)
            if idempotency:
                record_tasks(session, idempotency, task_ids)
            return task_ids

    def some(self, task_ids: Collection[int]) -> list[Task]:
        """Return those of these tasks that exist, by id."""
        query = select(TaskRow).where(_LIVE, TaskRow.id.in_(task_ids)).order_by(TaskRow.id)
        with self._sessions() as session:
            return [as_task(row) for row in session.scalars(query)]

    def get(self, task_id: int) -> Task | None:
        """Return a task, or None when there is none with this id."""
        return self._one(TaskRow.id == task_id)

    def by_flow_run(self, flow_run_id: UUID) -> Task | None:
        """Return the task of a flow run, or None when no task has this run."""
        return self._one(TaskRow.flow_run_id == flow_run_id)

    def unfinished(
        self, statuses: Collection[Status] = UNFINISHED, after_id: int = 0, limit: int | None = None
    ) -> list[Task]:
        """Return the tasks with a flow run that have one of the statuses, by id."""
        conditions = (_LIVE, TaskRow.flow_run_id.is_not(None), TaskRow.status.in_(statuses), TaskRow.id > after_id)
        with self._sessions() as session:
            found = session.scalars(select(TaskRow).where(*conditions).order_by(TaskRow.id).limit(limit)).all()
        return [as_task(row) for row in found]

    def count(self) -> Counts:
        """Return how many tasks have each status."""
        return self.counts.all()

    def project(self, task_id: int, change: StateChange) -> None:
        """Record a state of the task's flow run; one that is older than the recorded state is ignored.

        Raises:
            PhoneElsewhere: the host of the change may not begin the run, because another one has it, or the phone.

        """
        with self._sessions.begin() as session:
            project(session, task_id, change, self._clock.now())

    def failed(self, wanted: TaskFilter | None = None) -> list[Task]:
        """Return the failed tasks that pass a filter, by id; the filter's `serial` may be any name of a phone.

        Those that a person has stopped are left out unless the filter asks for them.
        """
        wanted = wanted or TaskFilter()
        stopped = TaskRow.state_type.is_not_distinct_from("CANCELLED")
        query = select(TaskRow).where(_LIVE, TaskRow.status == Status.FAILED).order_by(TaskRow.id)
        with self._sessions() as session:
            phone = (
                None if wanted.serial is None else resolve(session, [wanted.serial]).get(wanted.serial, wanted.serial)
            )
            conditions = _filtered(replace(wanted, serial=phone))
            query = query.where(*conditions, stopped if wanted.stopped else ~stopped)
            return [as_task(row) for row in session.scalars(query)]

    def delete(self, task_ids: Collection[int], at: datetime) -> int:
        """Mark tasks as deleted and remove them from the outbox; their actions stay. Return how many there were."""
        gone = update(TaskRow).where(_LIVE, TaskRow.id.in_(task_ids)).values(deleted_at=at).returning(TaskRow.id)
        with self._sessions.begin() as session:
            count = len(session.scalars(gone).all())  # the tasks first: whoever submits or stops one locks it first
            session.execute(delete(OutboxEntry).where(OutboxEntry.task_id.in_(task_ids)))
            return count

    def set_progress(self, task_id: int, done: int, total: int) -> None:
        """Record how many of the task's targets are done; what is recorded already costs no write."""
        here = (_LIVE, TaskRow.id == task_id, (TaskRow.progress_done != done) | (TaskRow.progress_total != total))
        with self._sessions.begin() as session:
            session.execute(update(TaskRow).where(*here).values(progress_done=done, progress_total=total))

    def set_retries(self, task_id: int, count: int) -> None:
        """Record how often the task was retried."""
        self._update(task_id, retry_count=count)

    def adopt(self, adoption: Adoption) -> int:
        """Create the task of a flow run that was started in Prefect, if it has none yet; return the task's id.

        The adoption's `serial` may be any name of a phone, or the username of an account, which then acts unless
        another is named; what is unknown or ambiguous is stored as it is.
        """
        values = {
            "flow_run_id": adoption.flow_run_id,
            "script_name": adoption.script_name,
            "script_config": adoption.script_config,
            "app": adoption.app,
            "source": adoption.source,
            "created_at": adoption.created_at,
            "scheduled_for": adoption.created_at,
        }
        new = insert(TaskRow).on_conflict_do_nothing(index_elements=["flow_run_id"])
        with self._sessions.begin() as session:
            serial, username = _seat(session, adoption)
            session.execute(new.values(serial=serial, username=username, **values))
            return session.scalars(select(TaskRow.id).where(TaskRow.flow_run_id == adoption.flow_run_id)).one()

    def _one(self, condition: ColumnElement[bool]) -> Task | None:
        with self._sessions() as session:
            row = session.scalar(select(TaskRow).where(_LIVE, condition))
        return None if row is None else as_task(row)

    def _update(self, task_id: int, **values: Any) -> None:
        with self._sessions.begin() as session:
            session.execute(update(TaskRow).where(_LIVE, TaskRow.id == task_id).values(**values))


def _seat(session: Session, adoption: Adoption) -> tuple[str, str | None]:
    """Return the phone and the account of a run that a person started, which may name the account alone."""
    name = adoption.serial or adoption.username or ""
    found = resolve(session, [name])
    if name in found or name in found.unclear:
        return found.get(name, name), adoption.username
    accounts = accounts_called(session, name, adoption.app) if name else []
    if len({account.serial for account in accounts}) != 1:
        return adoption.serial, adoption.username
    return accounts[0].serial, adoption.username or accounts[0].username


def project(session: Session, task_id: int, change: StateChange, now: datetime | None = None) -> None:
    """Record a state that a lane reports, within a transaction; the remark stays until the state changes.

    With the state RUNNING the lane holds the run from then on; see `Runs.hold`. What a lane reports of a run that is
    no longer the task's, because the task was stopped and sent again, changes nothing; nor does what a host reports of
    a run that another one holds `now`. Raises `PhoneElsewhere` as `Tasks.project` does.
    """
    now = change.at if now is None else max(change.at, now)  # a call that waited for long is still the same call
    not_older = or_(TaskRow.state_at.is_(None), TaskRow.state_at <= change.at)
    runs, host = change.state_type == "RUNNING", change.host
    conditions = [_LIVE, TaskRow.id == task_id, not_older, _is_its_run(change)]
    if host is not None:
        conditions.append(may_begin(host, now) if runs else is_free(host, now))
    held: dict[str, Any] = {"held_until": None, "held_by": None}
    if runs:
        held = {"held_until": now + HELD_FOR, **({} if host is None else {"held_by": host})}
    told = update(TaskRow).where(*conditions).values({**entered(change), **held}).returning(TaskRow.id)
    if session.scalar(told, execution_options=_AS_WRITTEN) is None and runs and host is not None:
        refuse_if_elsewhere(session, task_id, host, now)


def _is_its_run(change: StateChange) -> ColumnElement[bool]:
    if change.flow_run_id is None:
        return true()
    has_none = TaskRow.flow_run_id.is_(None)
    if change.made_at_retry is not None:
        has_none &= TaskRow.retry_count == change.made_at_retry
    return or_(has_none, TaskRow.flow_run_id == change.flow_run_id)


def entered(change: StateChange) -> dict[str, Any]:
    """Return the columns of a task, with their new values, after its run has entered a state."""
    status = status_of(change.state_type, change.state_name)
    same_state = TaskRow.state_at == change.at
    return {
        "status": status,
        "state_type": change.state_type,
        "state_name": change.state_name,
        "state_at": change.at,
        "remark": change.remark if change.remark is not None else case((same_state, TaskRow.remark)),
        "remark_message": pack(change.remark) or TaskRow.remark_message,
        "start_time": func.coalesce(TaskRow.start_time, change.at if change.state_type == "RUNNING" else None),
        "end_time": change.at if status in _TERMINAL else None,
        "result": TaskRow.result if change.result is None else pack_within(change.result),
        "flow_run_id": TaskRow.flow_run_id if change.flow_run_id is None else change.flow_run_id,
        "retry_count": _retries(status) if change.retry_count is None else change.retry_count,
    }


def _retries(status: Status) -> SQLColumnExpression[int]:
    """Return a task's number of retries when it enters a status: one more if it had failed and does not any more.

    The state in between may never be observed: a lane takes a run that is retried in Prefect within milliseconds.
    """
    if status in _TERMINAL:
        return TaskRow.retry_count
    return case((TaskRow.status == Status.FAILED, TaskRow.retry_count + 1), else_=TaskRow.retry_count)


def as_task(row: TaskRow) -> Task:
    """Return the task of a row."""
    return Task(
        id=row.id,
        script_name=row.script_name,
        script_config=row.script_config,
        serial=row.serial,
        username=row.username,
        app=row.app,
        source=cast("Source", row.source),
        status=Status(row.status),
        state_type=row.state_type,
        state=row.state_name,
        state_at=row.state_at,
        remark=unpack(row.remark, row.remark_message),
        created_at=row.created_at,
        scheduled_for=row.scheduled_for,
        start_time=row.start_time,
        end_time=row.end_time,
        retry_count=row.retry_count,
        progress=Progress(row.progress_done, row.progress_total),
        result=unpack_within(row.result),
        flow_run_id=row.flow_run_id,
        wait_seconds=row.wait_seconds,
        campaign_id=row.campaign_id,
        ordinal=row.ordinal,
        request_id=row.request_id,
        alias=row.alias,
    )


def _filtered(wanted: TaskFilter) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a filter, apart from `stopped`."""
    equal = ("status", "serial", "script_name", "source", "username", "campaign_id")
    yield from (getattr(TaskRow, name) == value for name in equal if (value := getattr(wanted, name)) is not None)
    if wanted.created_after is not None:
        yield TaskRow.created_at > wanted.created_after
    if wanted.created_before is not None:
        yield TaskRow.created_at < wanted.created_before
