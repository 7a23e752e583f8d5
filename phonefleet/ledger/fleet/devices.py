"""Phones: every one that any host has ever seen, with the names that people gave them.

A phone's `serial` is its identity, under which it stands in all tables; `recognition` tells which phone is where.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.clock import Clock
from phonefleet.errors import AliasTaken, DeviceUnknown
from phonefleet.ledger.fleet.addresses import AddressSeen, Stranger, Whereabouts, strangers, whereabouts
from phonefleet.ledger.fleet.device_list import (
    DeviceFilter,
    ListedDevice,
    as_device,
    devices_of,
    is_quarantined,
    page_of_devices,
)
from phonefleet.ledger.fleet.forgetting import forget
from phonefleet.ledger.fleet.recognition import identify, mark_all_absent
from phonefleet.ledger.names import Names, is_name_of_others, resolve
from phonefleet.ledger.tables.fleet import DeviceRow
from phonefleet.ledger.values import Device, Page, QuarantinedBy


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
        """Record that a host has a phone in a state, told by its identity; what it cannot tell stays as it was."""
        at = at or self._clock.now()
        told = {"model": model, "android_version": android_version, "battery": battery}
        known = {name: value for name, value in told.items() if value is not None}
        current = {"state": state, "host": host, "last_seen": at, **known}
        new = insert(DeviceRow).values(serial=serial, first_seen=at, **current)
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_update(index_elements=["serial"], set_=current))

    def record_address(self, seen: AddressSeen, at: datetime | None = None) -> list[Whereabouts]:
        """Record what a host sees at an address of adb; return where the phones are that this concerns, from there.

        The first is the phone that is at the address now, if there is one and it has said which.
        """
        with self._sessions.begin() as session:
            told = identify(session, seen, at or self._clock.now())
            found = [whereabouts(session, serial, seen.host) for serial in told.concerned]
            return [one for one in found if one is not None]

    def mark_all_absent(self, host: str) -> None:
        """Record that a host sees no phone at all: it begins to look, or has ended."""
        with self._sessions.begin() as session:
            mark_all_absent(session, host, self._clock.now())

    def strangers(self) -> list[Stranger]:
        """Return the addresses at which adb shows something that is no known phone, with its state and advice."""
        with self._sessions() as session:
            return strangers(session)

    def forget(self, serial: str) -> int:
        """Forget a phone, and answer what waits for it; return how many tasks did.

        Raises:
            DeviceUnknown: there is none.
            PhoneInUse: it is connected, or a task runs on it.

        """
        with self._sessions.begin() as session:
            return forget(session, serial, self._clock.now())

    def set_alias(self, serial: str, alias: str | None) -> None:
        """Give a phone a name of its own; another phone that had it loses it. Raises `DeviceUnknown`."""
        with self._sessions.begin() as session:
            if alias is not None:
                session.execute(update(DeviceRow).where(DeviceRow.alias == alias).values(alias=None))
            _change(session, serial, alias=alias)

    def change(self, serial: str, **changes: str | bool | None) -> None:
        """Change a phone's `alias`, `group_name` or `enabled`.

        Raises:
            DeviceUnknown: no host has ever seen it.
            AliasTaken: another phone bears the alias, as its alias, its serial, or an address that it has or had.

        """
        alias = changes.get("alias")
        try:
            with self._sessions.begin() as session:
                if isinstance(alias, str) and is_name_of_others(session, alias, serial):
                    raise AliasTaken
                _change(session, serial, **changes)
        except IntegrityError as error:
            raise AliasTaken from error

    def quarantine(self, serial: str, reason: str, until: datetime | None = None, by: QuarantinedBy = "worker") -> None:
        """Keep work away from a phone until an instant, or until it is released.

        What a person says stays: a worker's word does not replace it. Raises `DeviceUnknown`.
        """
        with self._sessions.begin() as session:
            row = _locked(session, serial)
            if by == "worker" and row.quarantined_by == "person":
                return
            if row.quarantine_reason is None or row.quarantined_by != by:
                row.quarantined_since = self._clock.now()
            row.quarantine_reason, row.quarantined_until, row.quarantined_by = reason, until, by

    def release(self, serial: str, by: QuarantinedBy = "person") -> bool:
        """End a phone's quarantine; a worker ends only its own. Tell whether there was one. Raises `DeviceUnknown`."""
        with self._sessions.begin() as session:
            row = _locked(session, serial)
            if row.quarantine_reason is None or (by == "worker" and row.quarantined_by == "person"):
                return False
            row.quarantine_reason = row.quarantined_until = row.quarantined_by = row.quarantined_since = None
            return True

    def set_battery(self, serial: str, battery: int | None) -> None:
        """Record a phone's charge, in percent; None for one that does not tell it, as without a battery."""
        other = (DeviceRow.serial == serial, DeviceRow.battery.is_distinct_from(battery))
        with self._sessions.begin() as session:
            session.execute(update(DeviceRow).where(*other).values(battery=battery))

    def barred(self, host: str) -> list[Device]:
        """Return the phones of a host that get no work: those in quarantine and those that are disabled."""
        barred = or_(is_quarantined(self._clock.now()), DeviceRow.enabled.is_(False))
        with self._sessions() as session:
            return [as_device(row) for row in session.scalars(select(DeviceRow).where(DeviceRow.host == host, barred))]

    def page(self, wanted: DeviceFilter, number: int = 1, size: int = 20) -> Page[ListedDevice]:
        """Return one page of the phones that pass a filter, by serial, with what they do."""
        with self._sessions() as session:
            return page_of_devices(session, wanted, self._clock.now(), number, size)

    def named(self, name: str) -> ListedDevice | None:
        """Return the phone of this name and what it does, or None when there is none. Raises `NameUnclear`.

        A name is the identity, the alias, or an adb name that the phone has or had.
        """
        with self._sessions() as session:
            serial = resolve(session, [name]).serial_of(name)
            found = [] if serial is None else devices_of(session, [serial], self._clock.now())
            return found[0] if found else None

    def listed(self, serial: str) -> ListedDevice | None:
        """Return the phone of this identity and what it does, or None when there is none."""
        with self._sessions() as session:
            return next(iter(devices_of(session, [serial], self._clock.now())), None)

    def get(self, serial: str) -> Device | None:
        """Return a phone, or None when no host has ever seen it."""
        with self._sessions() as session:
            row = session.get(DeviceRow, serial)
        return None if row is None else as_device(row)

    def all(self) -> list[Device]:
        """Return every phone, by serial."""
        with self._sessions() as session:
            return [as_device(row) for row in session.scalars(select(DeviceRow).order_by(DeviceRow.serial))]

    def resolve(self, names: Sequence[str]) -> Names:
        """Return which phones are meant by identities, aliases, and adb names of now and of before."""
        with self._sessions() as session:
            return resolve(session, names)


def _change(session: Session, serial: str, **values: str | bool | None) -> None:
    _locked(session, serial)
    if values:
        session.execute(update(DeviceRow).where(DeviceRow.serial == serial).values(**values))


def _locked(session: Session, serial: str) -> DeviceRow:
    row = session.get(DeviceRow, serial, with_for_update=True)
    if row is None:
        raise _unknown(serial)
    return row


def _unknown(serial: str) -> DeviceUnknown:
    return DeviceUnknown(f"No host has ever seen a phone with the serial {serial!r}.")
