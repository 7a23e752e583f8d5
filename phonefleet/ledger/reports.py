"""What the daily report tells, asked of the ledger; and which days it has told of, so that each is told once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import cast

from sqlalchemy import Text, func, select, text
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.fleet.device_list import DeviceFilter, ListedDevice, page_of_devices
from phonefleet.ledger.tables.actions import ActionRow
from phonefleet.ledger.tables.base import ReportRow
from phonefleet.ledger.tables.fleet import AccountRow, DeviceRow
from phonefleet.ledger.tables.tasks import COUNTS, TaskRow
from phonefleet.limits.kinds import Kind
from phonefleet.reports.day import Failure, Held, Ill, Report
from phonefleet.runs.states import Status
from phonefleet.words import say, unpack

_MOST_REASONS = 50
_MOST_PHONES = 10_000
_CANCELLED = TaskRow.state_type.is_not_distinct_from("CANCELLED")
_WELL = ("online", "busy")


class Reports:
    """The reports of the ledger."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def of(self, begin: datetime, end: datetime, now: datetime) -> Report:
        """Return what ended from `begin` until `end`, and what waits and stands still now."""
        with self._sessions() as session:
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            return Report(
                begin=begin,
                end=end,
                **_ended(session, begin, end),
                **_left(session),
                actions=_actions(session, begin, end),
                failures=tuple(_failures(session, begin, end)),
                held=tuple(_held(session)),
                ill=tuple(_ill(session, now)),
            )

    def is_sent(self, day: date) -> bool:
        """Tell whether the report that was due on a day has been sent."""
        with self._sessions() as session:
            return session.scalar(select(ReportRow.day).where(ReportRow.day == day)) is not None

    def sent(self, day: date, at: datetime) -> None:
        """Record that the report that was due on a day has been sent."""
        with self._sessions.begin() as session:
            session.execute(insert(ReportRow).values(day=day, sent_at=at).on_conflict_do_nothing())


_NO_REASON = say("reports.no_reason", "it does not say why")


def _ended(session: Session, begin: datetime, end: datetime) -> dict[str, int]:
    columns = select(TaskRow.status, _CANCELLED, func.count()).group_by(TaskRow.status, _CANCELLED)
    during = (TaskRow.deleted_at.is_(None), TaskRow.end_time >= begin, TaskRow.end_time < end)
    rows = session.execute(columns.where(*during))
    found = {(Status(status), stopped): number for status, stopped, number in rows}
    return {
        "completed": found.get((Status.COMPLETED, False), 0),
        "failed": found.get((Status.FAILED, False), 0),
        "stopped": found.get((Status.FAILED, True), 0),
    }


def _left(session: Session) -> dict[str, int]:
    columns = select(COUNTS.c.status, func.sum(COUNTS.c.number)).group_by(COUNTS.c.status)
    found = {Status(status): int(number) for status, number in session.execute(columns)}
    return {"running": found.get(Status.RUNNING, 0), "pending": found.get(Status.PENDING, 0)}


def _actions(session: Session, begin: datetime, end: datetime) -> dict[Kind, int]:
    done = (ActionRow.state == "done", ActionRow.ended_at >= begin, ActionRow.ended_at < end)
    rows = session.execute(select(ActionRow.kind, func.count()).where(*done).group_by(ActionRow.kind))
    return {cast("Kind", kind): number for kind, number in rows}


def _failures(session: Session, begin: datetime, end: datetime) -> Iterator[Failure]:
    """Yield the reasons of failed tasks, the most frequent first."""
    number, latest = func.count().label("number"), func.max(TaskRow.id)
    message = func.max(sql_cast(TaskRow.remark_message, Text))
    failed = (TaskRow.deleted_at.is_(None), TaskRow.status == Status.FAILED, ~_CANCELLED)
    during = (TaskRow.end_time >= begin, TaskRow.end_time < end)
    rows = (
        select(TaskRow.script_name, TaskRow.remark, number, latest, message)
        .where(*failed, *during)
        .group_by(TaskRow.script_name, TaskRow.remark)
    )
    for row in session.execute(rows.order_by(number.desc(), latest.desc()).limit(_MOST_REASONS)):
        script, remark, tasks, task_id, beside = row
        yield Failure(script, unpack(remark, json.loads(beside) if beside else None) or _NO_REASON, tasks, task_id)


def _held(session: Session) -> Iterator[Held]:
    """Yield the accounts on hold, the longest held first."""
    phone = (AccountRow.serial, DeviceRow.alias)
    reason = (AccountRow.hold_reason, AccountRow.hold_message)
    columns = select(AccountRow.username, AccountRow.app, *phone, *reason, AccountRow.held_since)
    rows = columns.outerjoin(DeviceRow, DeviceRow.serial == AccountRow.serial).where(AccountRow.held_since.is_not(None))
    for row in session.execute(rows.order_by(AccountRow.held_since, AccountRow.id)):
        username, app, serial, alias, why, message, since = row
        yield Held(username, app, serial, alias, unpack(why, message) or "", since)


def _ill(session: Session, now: datetime) -> Iterator[Ill]:
    """Yield the enabled phones that can do nothing, those in quarantine first."""
    phones = page_of_devices(session, DeviceFilter(), now, 1, _MOST_PHONES).items
    ill = [phone for phone in phones if phone.device.enabled and phone.state not in _WELL]
    for phone in sorted(
        ill, key=lambda phone: (phone.state != "quarantined", phone.device.alias or phone.device.serial)
    ):
        yield _as_ill(phone)


def _as_ill(phone: ListedDevice) -> Ill:
    device = phone.device
    reason = device.quarantine_reason if phone.state == "quarantined" else phone.advice
    return Ill(device.serial, device.alias, phone.state, reason, device.last_seen)
