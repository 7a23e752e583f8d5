"""Records states of flow runs that were observed in Prefect, and finds the tasks of flow runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.ledger.tasks.holding import is_free
from phonefleet.ledger.tasks.tasks import ENTERED, TASKS, entering
from phonefleet.ledger.values import Observed, StateChange
from phonefleet.runs.hold import HELD_FOR
from phonefleet.runs.states import WAITING, Status, status_of

_LIVE = TaskRow.deleted_at.is_(None)
DELETED = "Deleted"
"""The name of the state of a run that is no longer in Prefect."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task whose flow run waits in Prefect."""

    task_id: int
    flow_run_id: UUID


@dataclass(frozen=True, slots=True)
class RecordedState:
    """The state of a run as the ledger has it; each part is None where nothing was recorded yet."""

    type: str | None
    name: str | None
    at: datetime | None


class Runs:
    """The flow runs of tasks, as far as the ledger knows them."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def observe(self, seen: Sequence[Observed]) -> set[UUID]:
        """Record observed states that are newer than the recorded ones; return the runs that belong to no task.

        A worker records its states itself, with remark and result; the same state, observed later, changes nothing.
        """
        with self._sessions.begin() as session:
            for one in seen:
                _observe(session, one)
            known = select(TaskRow.flow_run_id).where(TaskRow.flow_run_id.in_([one.flow_run_id for one in seen]))
            return {one.flow_run_id for one in seen}.difference(session.scalars(known))

    def states(self, flow_run_ids: Collection[UUID]) -> dict[UUID, RecordedState]:
        """Return the recorded state of each of these runs that the ledger knows, by run."""
        columns = select(TaskRow.flow_run_id, TaskRow.state_type, TaskRow.state_name, TaskRow.state_at)
        with self._sessions() as session:
            found = session.execute(columns.where(_LIVE, TaskRow.flow_run_id.in_(flow_run_ids)))
            return {run_id: RecordedState(*state) for run_id, *state in found if run_id is not None}

    def hold(self, flow_run_ids: Collection[UUID], host: str, now: datetime) -> set[UUID]:
        """Extend the hold of a host's runs by `HELD_FOR`: until then only their lanes may record their end.

        Return those that it holds now. A run whose hold had ended may have gone to another host meanwhile.
        """
        ours = (TaskRow.flow_run_id.in_(flow_run_ids), TaskRow.held_until.is_not(None), is_free(host, now))
        longer = update(TaskRow).where(*ours).values(held_until=now + HELD_FOR, held_by=host)
        with self._sessions.begin() as session:
            found = session.scalars(longer.returning(TaskRow.flow_run_id))
            return {flow_run_id for flow_run_id in found if flow_run_id is not None}

    def held_elsewhere(self, flow_run_ids: Collection[UUID], host: str, now: datetime) -> set[UUID]:
        """Return those of these runs that other hosts hold."""
        theirs = (TaskRow.held_until > now, TaskRow.held_by.is_not(None), TaskRow.held_by != host)
        query = select(TaskRow.flow_run_id).where(TaskRow.flow_run_id.in_(flow_run_ids), *theirs)
        with self._sessions() as session:
            return {flow_run_id for flow_run_id in session.scalars(query) if flow_run_id is not None}

    def at_work(self) -> list[UUID]:
        """Return the flow runs of all running tasks, by task."""
        running = (_LIVE, TaskRow.status == Status.RUNNING, TaskRow.flow_run_id.is_not(None))
        with self._sessions() as session:
            found = session.scalars(select(TaskRow.flow_run_id).where(*running).order_by(TaskRow.id))
            return [run_id for run_id in found if run_id is not None]

    def running(self, flow_run_ids: Collection[UUID]) -> set[UUID]:
        """Return those of these runs whose tasks are recorded as running."""
        query = select(TaskRow.flow_run_id).where(
            _LIVE, TaskRow.status == Status.RUNNING, TaskRow.flow_run_id.in_(flow_run_ids)
        )
        with self._sessions() as session:
            return {run_id for run_id in session.scalars(query) if run_id is not None}

    def waiting(self, after_id: int, limit: int) -> list[Waiting]:
        """Return the next pending tasks with a flow run, after an id and in order of ids."""
        conditions = (_LIVE, TaskRow.status == Status.PENDING, TaskRow.flow_run_id.is_not(None), TaskRow.id > after_id)
        query = select(TaskRow.id, TaskRow.flow_run_id).where(*conditions).order_by(TaskRow.id).limit(limit)
        with self._sessions() as session:
            return [Waiting(task_id, run_id) for task_id, run_id in session.execute(query) if run_id is not None]

    def overdue(self, before: datetime, after_id: int, limit: int) -> list[Waiting]:
        """Return the next pending tasks with a flow run that were due before an instant, after an id and by id.

        Those that have met a limit and wait for its end are left out.
        """
        conditions = (
            _LIVE,
            TaskRow.status == Status.PENDING,
            TaskRow.flow_run_id.is_not(None),
            TaskRow.id > after_id,
            TaskRow.scheduled_for < before,
            TaskRow.state_name.is_distinct_from(WAITING),
        )
        query = select(TaskRow.id, TaskRow.flow_run_id).where(*conditions).order_by(TaskRow.id).limit(limit)
        with self._sessions() as session:
            return [Waiting(task_id, run_id) for task_id, run_id in session.execute(query) if run_id is not None]

    def waiting_for_limits(self) -> list[Waiting]:
        """Return the tasks that wait for a limit, by id."""
        conditions = (_LIVE, TaskRow.status == Status.PENDING, TaskRow.state_name == WAITING)
        query = select(TaskRow.id, TaskRow.flow_run_id).where(*conditions).order_by(TaskRow.id)
        with self._sessions() as session:
            return [Waiting(task_id, run_id) for task_id, run_id in session.execute(query) if run_id is not None]


def _only_lane_may_record(change: StateChange) -> bool:
    """Tell whether a state is an end that only the lane may record while it holds the run.

    Cancellations and deletions come from people, so they are recorded at once; the lane is asked to stop.
    """
    is_end = status_of(change.state_type, change.state_name) in {Status.COMPLETED, Status.FAILED}
    return is_end and change.state_type != "CANCELLED" and change.state_name != DELETED


def _observe(session: Session, seen: Observed) -> None:
    statement = _OBSERVED_OF_LANE if _only_lane_may_record(seen.change) else _OBSERVED
    session.execute(statement, {**entering(seen.change), "of_run": seen.flow_run_id})


_C = TASKS.c
_OBSERVED: Final = (
    update(TASKS)
    .where(_C.deleted_at.is_(None), _C.flow_run_id == bindparam("of_run"))
    .where(or_(_C.state_at.is_(None), _C.state_at < bindparam("at", type_=_C.state_at.type)))
    .values(ENTERED)
)
_OBSERVED_OF_LANE: Final = _OBSERVED.where(or_(_C.held_until.is_(None), _C.held_until < func.now()))
