"""Records what is done to phones as such, before it is done, so that a restarted run looks instead of acting again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.actions import DeviceActionRow
from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.ledger.tasks.holding import record_touch
from phonefleet.ledger.tasks.tasks import as_task
from phonefleet.ledger.values import Page, Task
from phonefleet.scripts import DEVICE_ACTION

State = Literal["intended", "acting", "done", "already", "failed", "unknown"]
EndState = Literal["done", "already", "failed", "unknown"]

_MINE = (TaskRow.deleted_at.is_(None), TaskRow.script_name == DEVICE_ACTION.name)


@dataclass(frozen=True, slots=True)
class DeviceActionRecord:
    """An action on a phone: `before` is what the phone said first, `acting_at` when it was last told to do it."""

    task_id: int
    serial: str
    kind: str
    state: State
    before: str
    intended_at: datetime
    acting_at: datetime | None


class DeviceActions:
    """The actions on phones of the ledger, one a task.

    record = ledger.device_actions.intend(task_id, "R58M123ABC", "reboot", before=boot_id, at=now)
    ledger.device_actions.acting(task_id, now)
    ...  # tell the phone
    ledger.device_actions.end(task_id, "done", now, after=boot_id)
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def find(self, task_id: int) -> DeviceActionRecord | None:
        """Return what an earlier try of a task has recorded."""
        with self._sessions() as session:
            row = session.get(DeviceActionRow, task_id)
            return None if row is None else _record(row)

    def intend(self, task_id: int, serial: str, kind: str, before: str, at: datetime) -> DeviceActionRecord:
        """Record what is about to be done and what the phone says before; an earlier try's record stays as it is."""
        new = insert(DeviceActionRow).values(
            task_id=task_id, serial=serial, kind=kind, state="intended", before=before, intended_at=at
        )
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_nothing(index_elements=["task_id"]))
            return _record(session.get_one(DeviceActionRow, task_id))

    def acting(self, task_id: int, at: datetime, host: str | None = None) -> None:
        """Record that the phone is told to do it now, so that it may have happened from now on.

        `host` is whose lane does it. Raises `PhoneElsewhere` if another one has the run by now, or the phone.
        """
        told = update(DeviceActionRow).where(DeviceActionRow.task_id == task_id)
        with self._sessions.begin() as session:
            record_touch(session, told.values(state="acting", acting_at=at, ended_at=None), task_id, host, at)

    def not_sent(self, task_id: int) -> None:
        """Record that the phone was not told after all."""
        self._change(task_id, state="intended", acting_at=None)

    def end(self, task_id: int, state: EndState, at: datetime, after: str | None = None) -> None:
        """Record how it ended, and what the phone said then."""
        self._change(task_id, state=state, ended_at=at, after=after)

    def before_last(self, serial: str, kind: str, now: str) -> str | None:
        """Return what a phone said before the last action of a kind, if that action has led to what it says now."""
        query = (
            select(DeviceActionRow.before)
            .where(
                DeviceActionRow.serial == serial,
                DeviceActionRow.kind == kind,
                DeviceActionRow.state == "done",
                DeviceActionRow.after == now,
            )
            .order_by(DeviceActionRow.ended_at.desc())
            .limit(1)
        )
        with self._sessions() as session:
            return session.scalar(query)

    def requests(self, number: int, size: int) -> Page[UUID]:
        """Return one page of the ids of requests for actions whose tasks exist, newest first."""
        mine, request = (*_MINE, TaskRow.request_id.is_not(None)), TaskRow.request_id
        total = select(func.count(request.distinct())).where(*mine)
        query = select(request).where(*mine).group_by(request).order_by(func.max(TaskRow.id).desc())
        with self._sessions() as session:
            found = session.scalars(query.offset((number - 1) * size).limit(size)).all()
            return Page([each for each in found if each is not None], session.scalar(total) or 0)

    def tasks(self, requests: Sequence[UUID]) -> dict[UUID, list[Task]]:
        """Return the tasks of some requests, by request, in the order in which they were asked for."""
        query = select(TaskRow).where(*_MINE, TaskRow.request_id.in_(requests)).order_by(TaskRow.id)
        found: dict[UUID, list[Task]] = {request: [] for request in requests}
        with self._sessions() as session:
            for row in session.scalars(query):
                found[cast("UUID", row.request_id)].append(as_task(row))
        return {request: tasks for request, tasks in found.items() if tasks}

    def _change(self, task_id: int, **values: object) -> None:
        with self._sessions.begin() as session:
            session.execute(update(DeviceActionRow).where(DeviceActionRow.task_id == task_id).values(**values))


def _record(row: DeviceActionRow) -> DeviceActionRecord:
    return DeviceActionRecord(
        row.task_id, row.serial, row.kind, cast("State", row.state), row.before, row.intended_at, row.acting_at
    )
