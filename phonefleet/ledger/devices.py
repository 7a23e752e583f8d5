"""Phones: every one that any host has ever seen, with the names that people gave them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.clock import Clock
from phonefleet.errors import DeviceUnknown
from phonefleet.ledger.schema import DeviceRow
from phonefleet.ledger.values import Device


class Devices:
    """The phones of the ledger."""

    def __init__(self, sessions: sessionmaker[Session], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def seen(  # noqa: PLR0913, PLR0917 - what a host can tell about a phone at one glance
        self,
        serial: str,
        state: str,
        host: str,
        model: str | None = None,
        android_version: str | None = None,
        at: datetime | None = None,
        battery: int | None = None,
    ) -> None:
        """Record that a host sees a phone in a state; what it cannot tell stays as it was."""
        at = at or self._clock.now()
        told = {"model": model, "android_version": android_version, "battery": battery}
        known = {name: value for name, value in told.items() if value is not None}
        current = {"state": state, "host": host, "last_seen": at, **known}
        new = insert(DeviceRow).values(serial=serial, first_seen=at, **current)
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_update(index_elements=["serial"], set_=current))

    def set_alias(self, serial: str, alias: str | None) -> None:
        """Give a phone a name of its own; another phone that had it loses it. Raises `DeviceUnknown`."""
        with self._sessions.begin() as session:
            if alias is not None:
                session.execute(update(DeviceRow).where(DeviceRow.alias == alias).values(alias=None))
            _change(session, serial, alias=alias)

    def quarantine(self, serial: str, reason: str, until: datetime | None) -> None:
        """Keep work away from a phone until an instant. Raises `DeviceUnknown`."""
        with self._sessions.begin() as session:
            _change(session, serial, quarantine_reason=reason, quarantined_until=until)

    def release(self, serial: str) -> None:
        """End a phone's quarantine. Raises `DeviceUnknown`."""
        with self._sessions.begin() as session:
            _change(session, serial, quarantine_reason=None, quarantined_until=None)

    def get(self, serial: str) -> Device | None:
        """Return a phone, or None when no host has ever seen it."""
        with self._sessions() as session:
            row = session.get(DeviceRow, serial)
        return None if row is None else _device(row)

    def all(self) -> list[Device]:
        """Return every phone, by serial."""
        with self._sessions() as session:
            return [_device(row) for row in session.scalars(select(DeviceRow).order_by(DeviceRow.serial))]

    def resolve(self, names: Sequence[str]) -> dict[str, str]:
        """Return the serial of each name that is a serial or an alias; unknown names are left out."""
        columns = select(DeviceRow.serial, DeviceRow.alias)
        query = columns.where(or_(DeviceRow.serial.in_(names), DeviceRow.alias.in_(names)))
        with self._sessions() as session:
            found = session.execute(query).all()
        aliases = {alias: serial for serial, alias in found if alias}
        serials = {serial: serial for serial, _ in found}
        return {name: (aliases | serials)[name] for name in names if name in aliases or name in serials}


def _change(session: Session, serial: str, **values: str | datetime | None) -> None:
    changed = update(DeviceRow).where(DeviceRow.serial == serial).values(**values).returning(DeviceRow.serial)
    if session.scalar(changed) is None:
        message = f"No host has ever seen a phone with the serial {serial!r}."
        raise DeviceUnknown(message)


def _device(row: DeviceRow) -> Device:
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
        quarantine_reason=row.quarantine_reason,
        quarantined_until=row.quarantined_until,
    )
