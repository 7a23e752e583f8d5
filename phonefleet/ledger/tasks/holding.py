"""Decides which host may work on a phone: one at a time, however many of them have the phone connected.

A host holds the runs that its lanes have in hand (`tasks.held_by`), for as long as it says so. While one host holds a
run on a phone, no other begins one there; and what is done for good needs a hold that lasts until it is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Update, literal_column, or_, select, update
from sqlalchemy.orm import Session, aliased

from phonefleet.errors import PhoneElsewhere
from phonefleet.ledger.tables.fleet import DeviceRow
from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.runs.hold import HELD_FOR, LONGEST_TOUCH
from phonefleet.runs.states import Status
from phonefleet.words import say

_CONNECTED: Final = ("device", "online")
_RUNNING: Final = literal_column(str(int(Status.RUNNING)), Integer)
"""A literal instead of a parameter, so that PostgreSQL can choose the partial index of unfinished tasks."""
_AS_WRITTEN: Final = {"synchronize_session": False}
_DELETED_LATELY: Final = timedelta(minutes=10)
"""For so long the run of a deleted task may still be in the hands of a host that hears nothing."""


def is_free(host: str | ColumnElement[str], at: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Return the SQL condition for tasks whose runs no other host holds."""
    nobodys = or_(TaskRow.held_by.is_(None), TaskRow.held_until.is_(None), TaskRow.held_until < at)
    return or_(nobodys, TaskRow.held_by == host)


def may_begin(host: str | ColumnElement[str], at: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Return the SQL condition for tasks whose runs a host may begin, or go on with."""
    own = (TaskRow.held_by == host) & (TaskRow.held_until >= at)
    other = aliased(TaskRow)
    elsewhere = select(DeviceRow.serial).where(
        DeviceRow.serial == TaskRow.serial, DeviceRow.host != host, DeviceRow.state.in_(_CONNECTED)
    )
    at_work = select(other.id).where(
        other.serial == TaskRow.serial,
        other.deleted_at.is_(None),
        other.status == _RUNNING,
        other.held_until > at,
        other.held_by != host,
    )
    begins = ~elsewhere.correlate(TaskRow).exists() & ~at_work.correlate(TaskRow).exists()
    return or_(own, is_free(host, at) & begins)


def holder_of(session: Session, serial: str, host: str, at: datetime) -> str | None:
    """Return another host that holds a run on a phone; None without one."""
    known = or_(TaskRow.deleted_at.is_(None), TaskRow.deleted_at > at - _DELETED_LATELY)
    theirs = (TaskRow.held_until > at, TaskRow.held_by != host)
    return session.scalar(select(TaskRow.held_by).where(TaskRow.serial == serial, known, *theirs).limit(1))


def refuse_if_elsewhere(session: Session, task_id: int, host: str, at: datetime) -> None:
    """Raise `PhoneElsewhere` if another host has a task's run, or its phone."""
    task = session.get(TaskRow, task_id, populate_existing=True)
    if task is None:
        return
    phone = session.get(DeviceRow, task.serial)
    holder = holder_of(session, task.serial, host, at)
    if holder is None and phone is not None and phone.host != host and phone.state in _CONNECTED:
        holder = phone.host
    if holder is not None:
        raise PhoneElsewhere(at_work_elsewhere(task.alias or task.serial, holder))


def at_work_elsewhere(phone: str, host: str) -> str:
    """Return the sentence for people about a phone that is another host's."""
    return say(
        "fleet.phone_at_work_elsewhere",
        "The phone {phone} is at work at the host {host}: it works here once that one has lost it, and its run there "
        "has ended",
        phone=phone,
        host=host,
    )


def record_touch(  # noqa: PLR0913, PLR0917 - what is touched, for whom, when, and how it is recorded
    session: Session,
    touch: Update,
    task_id: int,
    host: str | None,
    at: datetime,
    given: Mapping[str, Any] | None = None,
) -> None:
    """Record what is about to be done for good, if the host's hold lasts until it is over.

    `touch` is the statement that records it, and `given` its parameters. Raises `PhoneElsewhere`.
    """
    values = dict(given or {})
    if host is None:
        session.execute(touch, values)
        return
    lasts = select(TaskRow.id).where(
        TaskRow.id == task_id, TaskRow.held_by == host, TaskRow.held_until >= at + LONGEST_TOUCH
    )
    recorded = touch.where(lasts.exists()).returning(literal_column("1", Integer))
    if session.execute(recorded, values, execution_options=_AS_WRITTEN).first() is None:
        _extend(session, task_id, host, at)
        session.execute(touch, values)


def _extend(session: Session, task_id: int, host: str, at: datetime) -> None:
    """Extend the hold of a run, or take it where nobody has it. Raises `PhoneElsewhere`."""
    ours = (TaskRow.id == task_id, may_begin(host, at))
    longer = update(TaskRow).where(*ours).values(held_until=at + HELD_FOR, held_by=host).returning(TaskRow.id)
    if session.scalar(longer, execution_options=_AS_WRITTEN) is None:
        refuse_if_elsewhere(session, task_id, host, at)
