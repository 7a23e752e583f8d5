"""Lists phones, each with its state, running task and queue length, in one query however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Integer, Row, ScalarSelect, Select, case, func, literal_column, or_, select
from sqlalchemy.orm import Session

from phonefleet.hardware import Hardware
from phonefleet.ledger.fleet.addresses import first_advice, other_hosts, present_addresses
from phonefleet.ledger.fleet.hands_on.takeovers import Takeover, as_takeover, is_open
from phonefleet.ledger.tables.fleet import DeviceRow, TakeoverRow
from phonefleet.ledger.tables.hosts import HostRow
from phonefleet.ledger.tables.tasks import COUNTS, TaskRow
from phonefleet.ledger.values import Device, Page, QuarantinedBy
from phonefleet.runs.states import Status
from phonefleet.words import unpack

DeviceState = Literal[
    "online", "busy", "offline", "unauthorized", "no_permissions", "recovery", "ambiguous", "quarantined"
]
_SHOWN_AS_THEY_ARE = ("unauthorized", "no_permissions", "recovery", "ambiguous")
CONNECTED = ("device", "online")
"""The stored states of a connected phone: adb's word, and ours."""
_PENDING = literal_column(str(int(Status.PENDING)), Integer)
_RUNNING = literal_column(str(int(Status.RUNNING)), Integer)
"""Literals instead of parameters, so that PostgreSQL can choose the partial index of unfinished tasks."""


@dataclass(frozen=True, slots=True)
class DeviceFilter:
    """Which phones to list; None means any."""

    state: DeviceState | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A phone with its present state, the id of its running task, and the number of tasks that wait for it.

    `addresses` are its present adb addresses, those on its host first, and of each host the best first; `advice` is for
    a phone without a ready one. `takeover` is who has taken it over, or waits for that. `host_away_since` is set while
    nothing is heard of its host. `other_hosts` have it ready, too, although it works at its own.
    """

    device: Device
    state: DeviceState
    current_task: int | None
    queue_length: int
    addresses: tuple[str, ...] = ()
    advice: str | None = None
    takeover: Takeover | None = None
    host_away_since: datetime | None = None
    other_hosts: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Its adb address on its host, the best one of several; the serial where none is present."""
        return next(iter(self.addresses), self.device.serial)


def page_of_devices(
    session: Session, wanted: DeviceFilter, now: datetime, number: int, size: int
) -> Page[ListedDevice]:
    """Return one page of the phones that pass a filter, by serial."""
    conditions = _conditions(wanted, now)
    rows = _query(now).where(*conditions).order_by(DeviceRow.serial).offset((number - 1) * size).limit(size)
    total = session.scalar(select(func.count()).select_from(DeviceRow).where(*conditions))
    return Page([_listed(row) for row in session.execute(rows)], total or 0)


def devices_of(session: Session, serials: Sequence[str], now: datetime) -> list[ListedDevice]:
    """Return the phones with these serials, by serial."""
    rows = _query(now).where(DeviceRow.serial.in_(serials)).order_by(DeviceRow.serial)
    return [_listed(row) for row in session.execute(rows)]


def is_quarantined(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for phones in quarantine at an instant."""
    until = DeviceRow.quarantined_until
    return DeviceRow.quarantine_reason.is_not(None) & or_(until.is_(None), until > now)


def as_device(row: DeviceRow | Row[Any]) -> Device:
    """Return the value of a row."""
    return Device(
        serial=row.serial,
        alias=row.alias,
        model=row.model,
        android_version=row.android_version,
        host=row.host,
        state=row.state,
        battery=row.battery,
        enabled=row.enabled,
        group_name=row.group_name,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        quarantine_reason=unpack(row.quarantine_reason, row.quarantine_message),
        quarantined_until=row.quarantined_until,
        quarantined_by=cast("QuarantinedBy | None", row.quarantined_by),
        quarantined_since=row.quarantined_since,
        hardware=Hardware(row.serial_number, row.android_id),
        note=unpack(row.note, row.note_message),
    )


def _query(now: datetime) -> Select[Any]:
    waiting = select(COUNTS.c.serial, func.sum(COUNTS.c.number).label("number")).where(COUNTS.c.status == _PENDING)
    queues = waiting.group_by(COUNTS.c.serial).subquery()
    columns = select(DeviceRow, _state(now), _running(), func.coalesce(queues.c.number, 0))
    columns = columns.add_columns(present_addresses(), first_advice(), _host_away_since(), other_hosts(), TakeoverRow)
    takeover = (TakeoverRow.serial == DeviceRow.serial) & is_open(now)
    return columns.outerjoin(queues, queues.c.serial == DeviceRow.serial).outerjoin(TakeoverRow, takeover)


def _host_away_since() -> ScalarSelect[Any]:
    here = (HostRow.name == DeviceRow.host, HostRow.removed_at.is_(None))
    return select(HostRow.away_since).where(*here).correlate(DeviceRow).scalar_subquery()


def _running() -> ScalarSelect[Any]:
    here = (TaskRow.serial == DeviceRow.serial, TaskRow.deleted_at.is_(None), TaskRow.status == _RUNNING)
    return select(func.max(TaskRow.id)).where(*here).correlate(DeviceRow).scalar_subquery()


def _state(now: datetime) -> ColumnElement[str]:
    return case(
        (is_quarantined(now), "quarantined"),
        (DeviceRow.state.in_(_SHOWN_AS_THEY_ARE), DeviceRow.state),
        (DeviceRow.state.not_in(CONNECTED), "offline"),
        (_running().is_not(None), "busy"),
        else_="online",
    )


def _conditions(wanted: DeviceFilter, now: datetime) -> list[ColumnElement[bool]]:
    state = [] if wanted.state is None else [_state(now) == wanted.state]
    return [*state, *([] if wanted.group is None else [DeviceRow.group_name == wanted.group])]


def _listed(row: Sequence[Any]) -> ListedDevice:
    phone, state, current_task, queue_length, addresses, advice, host_away_since, others, taken = row
    takeover = None if taken is None else as_takeover(taken)
    return ListedDevice(
        as_device(phone),
        state,
        current_task,
        int(queue_length),
        tuple(addresses or ()),
        unpack(*advice) if advice else None,
        takeover,
        host_away_since,
        tuple(sorted(others or ())),
    )
