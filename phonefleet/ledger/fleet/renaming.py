"""Changes a phone's serial in all tables, and merges two rows that turn out to be one phone.

Both happen when a phone that was known by an address alone reports its hardware for the first time.
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
    TakeoverRow,
    VerificationRow,
)
from phonefleet.ledger.tables.tasks import OutboxEntry, TaskRow

_BEARERS: tuple[type[Any], ...] = (TaskRow, AccountRow, OutboxEntry, RenameRow, TakeoverRow)
"""Tables with a column `serial`, in which one phone may have any number of rows."""

_MERGED_VERIFICATIONS = text(
    """
    INSERT INTO verifications (serial, app, app_version, selector, fingerprint, verified_at)
    SELECT :after, app, app_version, selector, fingerprint, verified_at FROM verifications WHERE serial = :before
    ON CONFLICT DO NOTHING
    """
)
_MERGED_ADDRESSES = text(
    """
    INSERT INTO addresses (host, address, serial, kind, state, advice, advice_message, present, first_seen, last_seen)
    SELECT host, address, :after, kind, state, advice, advice_message, present, first_seen, last_seen
    FROM addresses WHERE serial = :before ON CONFLICT DO NOTHING
    """
)


def rename(session: Session, before: str, after: str) -> None:
    """Change a phone's serial, to one that no phone has yet."""
    tables = (*_BEARERS, VerificationRow, AddressRow, DeviceRow)
    for table in tables:
        session.execute(update(table).where(table.serial == before).values(serial=after))
    _rename_announcement(session, before, after)
    session.expire_all()


def merge(session: Session, before: str, after: str) -> None:
    """Move everything of the phone `before` to the phone `after`, and delete `before`.

    The settings of people are kept: alias and group where `after` has none, disabled, and a person's quarantine.
    """
    gone, stays = session.get_one(DeviceRow, before), session.get_one(DeviceRow, after)
    alias, group = stays.alias or gone.alias, stays.group_name or gone.group_name
    stays.enabled = stays.enabled and gone.enabled
    stays.first_seen = min(stays.first_seen, gone.first_seen)
    if gone.quarantined_by == "person" and stays.quarantined_by != "person":
        for name in (
            "quarantine_reason",
            "quarantine_message",
            "quarantined_until",
            "quarantined_by",
            "quarantined_since",
        ):
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
    """Delete a phone with its addresses and verifications; tasks and accounts are up to the caller."""
    for table in (VerificationRow, AddressRow, DeviceRow):
        session.execute(delete(table).where(table.serial == serial))
    session.execute(delete(AnnouncementRow).where(*_announced(serial)))
    session.expire_all()


def _rename_announcement(session: Session, before: str, after: str) -> None:
    session.execute(update(AnnouncementRow).where(*_announced(before)).values(subject=after))


def _announced(serial: str) -> tuple[Any, Any]:
    return AnnouncementRow.kind == "device", AnnouncementRow.subject == serial
