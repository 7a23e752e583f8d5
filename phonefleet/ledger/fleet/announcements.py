"""Remembers which holds and quarantines have been announced to which listener. Sending is up to `api.agreement`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Text, and_, cast, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.fleet.account_list import as_account
from phonefleet.ledger.fleet.device_list import as_device, is_quarantined
from phonefleet.ledger.tables.fleet import AccountRow, AnnouncementRow, DeviceRow
from phonefleet.ledger.values import Account, Device

_AT_ONCE = 100

Listener = Literal["prefect", "webhook"]
"""The listeners; what was announced is recorded for each of them separately."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A hold of `account`, or where that is None a quarantine of `phone`; `subject` is the account's id or the serial.

    The phone of a held account is None if no host has ever seen it.
    """

    subject: str
    since: datetime
    account: Account | None
    phone: Device | None

    @property
    def kind(self) -> Literal["account", "device"]:
        """Whether it is about an account or a phone."""
        return "device" if self.account is None else "account"


class Announcements:
    """The announcements of the ledger. Each is due until it is marked as told: a crash may repeat, never lose one."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def due(self, now: datetime, listener: Listener = "prefect") -> list[Announcement]:
        """Return present holds and quarantines that the listener was not told of, 100 of each at most."""
        with self._sessions() as session:
            return [*_holds(session, listener), *_quarantines(session, now, listener)]

    def told(self, announcements: Sequence[Announcement], listener: Listener = "prefect") -> None:
        """Record that the listener was told of these."""
        rows = [
            {"kind": _kind(one.kind, listener), "subject": one.subject, "since": one.since} for one in announcements
        ]
        new = insert(AnnouncementRow)
        later = new.on_conflict_do_update(index_elements=["kind", "subject"], set_={"since": new.excluded.since})
        if rows:
            with self._sessions.begin() as session:
                session.execute(later, rows)


def _kind(kind: Literal["account", "device"], listener: Listener) -> str:
    """Return the stored kind; Prefect's has no suffix, because it was the only listener at first."""
    return kind if listener == "prefect" else f"{kind}/{listener}"


def _holds(session: Session, listener: Listener) -> list[Announcement]:
    told = and_(
        AnnouncementRow.kind == _kind("account", listener), AnnouncementRow.subject == cast(AccountRow.id, Text)
    )
    query = (
        select(AccountRow, DeviceRow)
        .outerjoin(AnnouncementRow, told)
        .outerjoin(DeviceRow, DeviceRow.serial == AccountRow.serial)
        .where(AccountRow.held_since.is_not(None), AnnouncementRow.since.is_distinct_from(AccountRow.held_since))
    )
    return [
        Announcement(str(row.id), row.held_since, as_account(row), _seen(phone))
        for row, phone in session.execute(query.order_by(AccountRow.id).limit(_AT_ONCE))
        if row.held_since
    ]


def _seen(row: DeviceRow | None) -> Device | None:
    return None if row is None else as_device(row)


def _quarantines(session: Session, now: datetime, listener: Listener) -> list[Announcement]:
    told = and_(AnnouncementRow.kind == _kind("device", listener), AnnouncementRow.subject == DeviceRow.serial)
    query = (
        select(DeviceRow)
        .outerjoin(AnnouncementRow, told)
        .where(is_quarantined(now), AnnouncementRow.since.is_distinct_from(DeviceRow.quarantined_since))
    )
    found = [as_device(row) for row in session.scalars(query.order_by(DeviceRow.serial).limit(_AT_ONCE))]
    return [Announcement(one.serial, one.quarantined_since, None, one) for one in found if one.quarantined_since]
