"""Giving a phone another identity in every table, and making one phone of two that turn out to be one.

Both happen when a phone that was known by an address alone says for the first time which phone it is.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from phonefleet.ledger.tables.fleet import (
    AccountRow,
    AddressRow,
    AnnouncementRow,
    DeviceRow,
    RenameRow,
    VerificationRow,
)
from phonefleet.ledger.tables.tasks import OutboxEntry, TaskRow

_BEARERS: tuple[type[Any], ...] = (TaskRow, AccountRow, OutboxEntry, RenameRow)
"""Whose rows name a phone, any number of rows for each."""

_MERGED_VERIFICATIONS = text(
    """
    INSERT INTO verifications (serial, app, app_version, selector, fingerprint, verified_at)
    SELECT :after, app, app_version, selector, fingerprint, verified_at FROM verifications WHERE serial = :before
    ON CONFLICT DO NOTHING
    """
)
_MERGED_ADDRESSES = text(
    """
    INSERT INTO addresses (host, address, serial, kind, state, advice, present, first_seen, last_seen)
    SELECT host, address, :after, kind, state, advice, present, first_seen, last_seen
    FROM addresses WHERE serial = :before ON CONFLICT DO NOTHING
    """
)


def rename(session: Session, before: str, after: str) -> None:
    """Give a phone another identity; nobody has that one yet."""
    tables = (*_BEARERS, VerificationRow, AddressRow, DeviceRow)
    for table in tables:
        session.execute(update(table).where(table.serial == before).values(serial=after))
    _rename_announcement(session, before, after)
    session.expire_all()


def merge(session: Session, before: str, after: str) -> None:
    """Let a phone have all that another one had, which is no phone of its own any more.

    What people said of either stays: its alias and group unless it has some, that it is disabled, that it rests.
    """
    gone, stays = session.get_one(DeviceRow, before), session.get_one(DeviceRow, after)
    alias, group = stays.alias or gone.alias, stays.group_name or gone.group_name
    stays.enabled = stays.enabled and gone.enabled
    stays.first_seen = min(stays.first_seen, gone.first_seen)
    if gone.quarantined_by == "person" and stays.quarantined_by != "person":
        for name in ("quarantine_reason", "quarantined_until", "quarantined_by", "quarantined_since"):
            setattr(stays, name, getattr(gone, name))
    gone.alias = None
    session.flush()
    stays.alias, stays.group_name = alias, group
    for table in _BEARERS:
        session.execute(update(table).where(table.serial == before).values(serial=after))
    for statement in (_MERGED_VERIFICATIONS, _MERGED_ADDRESSES):
        session.execute(statement, {"before": before, "after": after})
    forget(session, before)


def forget(session: Session, serial: str) -> None:
    """Remove a phone with its addresses and verifications; tasks and accounts are the caller's."""
    for table in (VerificationRow, AddressRow, DeviceRow):
        session.execute(delete(table).where(table.serial == serial))
    session.execute(delete(AnnouncementRow).where(*_announced(serial)))
    session.expire_all()


def _rename_announcement(session: Session, before: str, after: str) -> None:
    session.execute(update(AnnouncementRow).where(*_announced(before)).values(subject=after))


def _announced(serial: str) -> tuple[Any, Any]:
    return AnnouncementRow.kind == "device", AnnouncementRow.subject == serial
