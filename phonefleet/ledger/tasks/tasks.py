"""Stores tasks: creates them in bulk, finds and counts them, and records the states of their flow runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Row, Update, and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.clock import Clock
from phonefleet.ledger.names import accounts_called, resolve
from phonefleet.ledger.tables.base import table_of
from phonefleet.ledger.tables.tasks import OutboxEntry, TaskRow, alias_of
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
TASKS: Final = table_of(TaskRow)


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
        with self._sessions() as session:
            row = session.execute(_ONE, {"this": task_id}).first()
        return None if row is None else as_task(row)

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
        with self._sessions() as session:
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
        with self._sessions() as session:
            session.execute(_PROGRESS, {"this": task_id, "done": done, "total": total})

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
    """Record a state that a lane reports, by one statement; the remark stays until the state changes.

    With the state RUNNING the lane holds the run from then on; see `Runs.hold`. What a lane reports of a run that is
    no longer the task's, because the task was stopped and sent again, changes nothing; nor does what a host reports of
    a run that another one holds `now`. Raises `PhoneElsewhere` as `Tasks.project` does.
    """
    now = change.at if now is None else max(change.at, now)  # a call that waited for long is still the same call
    runs, host = change.state_type == "RUNNING", change.host
    held = {"still_held": runs, "hold": now + HELD_FOR if runs else None}
    values = {**entering(change), **held, "this": task_id, "made_at": change.made_at_retry}
    if host is None:
        session.execute(_PROJECTED, values)
    elif session.execute(_PROJECTED_BY_HOST, {**values, "host": host, "now": now}).first() is None and runs:
        refuse_if_elsewhere(session, task_id, host, now)


def entering(change: StateChange) -> dict[str, Any]:
    """Return the parameters of `ENTERED` for a state."""
    status = status_of(change.state_type, change.state_name)
    has_ended = status in _TERMINAL
    return {
        "into": status,
        "type": change.state_type,
        "name": change.state_name,
        "at": change.at,
        "told": change.remark,
        "told_packed": pack(change.remark),
        "began": change.at if change.state_type == "RUNNING" else None,
        "ended": change.at if has_ended else None,
        "has_ended": has_ended,
        "outcome": None if change.result is None else pack_within(change.result),
        "run": change.flow_run_id,
        "retries": change.retry_count,
    }


def _given(name: str, column: str) -> ColumnElement[Any]:
    """Return a parameter of a column's type, which the database is told, because it may be NULL."""
    kind = TASKS.c[column].type
    return cast("ColumnElement[Any]", sql_cast(bindparam(name, type_=kind), kind))


def _entered() -> dict[str, ColumnElement[Any]]:
    """Return the new values of a task's columns after its run has entered a state.

    A task has one retry more if it had failed and does not any more. The state in between may never be observed: a lane
    takes a run that is retried in Prefect within milliseconds.
    """
    of, at, has_ended = TASKS.c, _given("at", "state_at"), bindparam("has_ended", type_=Boolean())
    goes_again = and_(~has_ended, of.status == Status.FAILED)
    return {
        "status": _given("into", "status"),
        "state_type": _given("type", "state_type"),
        "state_name": _given("name", "state_name"),
        "state_at": at,
        "remark": func.coalesce(_given("told", "remark"), case((of.state_at == at, of.remark))),
        "remark_message": func.coalesce(_given("told_packed", "remark_message"), of.remark_message),
        "start_time": func.coalesce(of.start_time, _given("began", "start_time")),
        "end_time": _given("ended", "end_time"),
        "result": func.coalesce(_given("outcome", "result"), of.result),
        "flow_run_id": func.coalesce(_given("run", "flow_run_id"), of.flow_run_id),
        "retry_count": func.coalesce(
            _given("retries", "retry_count"), case((goes_again, of.retry_count + 1), else_=of.retry_count)
        ),
    }


def _projected() -> Update:
    """Return the statement of `project` for changes of which nobody asks whose host tells them."""
    of, run, made_at = TASKS.c, _given("run", "flow_run_id"), _given("made_at", "retry_count")
    not_older = or_(of.state_at.is_(None), of.state_at <= _given("at", "state_at"))
    has_none = and_(of.flow_run_id.is_(None), or_(made_at.is_(None), of.retry_count == made_at))
    is_its_run = or_(run.is_(None), of.flow_run_id == run, has_none)
    held = {"held_until": _given("hold", "held_until"), "held_by": case((_STILL_HELD, of.held_by))}
    live = (of.deleted_at.is_(None), of.id == bindparam("this"))
    return update(TASKS).where(*live, not_older, is_its_run).values({**ENTERED, **held}).returning(of.id)


def _projected_by_host() -> Update:
    """Return the same for what a host tells: only while no other host has the run or, at its beginning, the phone."""
    host, now = _given("host", "held_by"), _given("now", "held_until")
    may = or_(and_(_STILL_HELD, may_begin(host, now)), and_(~_STILL_HELD, is_free(host, now)))
    return _projected().where(may).values(held_by=case((_STILL_HELD, host)))


_STILL_HELD: Final = bindparam("still_held", type_=Boolean())
ENTERED: Final = _entered()
"""The new values of a task's columns after its run has entered a state, with the parameters that `entering` returns."""

_PROJECTED: Final = _projected()
_PROJECTED_BY_HOST: Final = _projected_by_host()
_ONE: Final = select(*TASKS.c, alias_of(TASKS.c.serial).label("alias")).where(
    TASKS.c.deleted_at.is_(None), TASKS.c.id == bindparam("this")
)
_PROGRESS: Final = (
    update(TASKS)
    .where(TASKS.c.deleted_at.is_(None), TASKS.c.id == bindparam("this"))
    .where(or_(TASKS.c.progress_done != bindparam("done"), TASKS.c.progress_total != bindparam("total")))
    .values(progress_done=bindparam("done"), progress_total=bindparam("total"))
)


def as_task(row: TaskRow | Row[Any]) -> Task:
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
