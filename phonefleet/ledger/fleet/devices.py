"""Stores phones: every one that a host has ever seen, with alias, group and quarantine.

A phone's `serial` is its identity in all tables, whatever its adb address is. Which phone is at an address is decided
in `recognition`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, bindparam, cast, or_, select, update
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
from phonefleet.ledger.tables.base import table_of
from phonefleet.ledger.tables.fleet import DeviceRow
from phonefleet.ledger.values import Device, Page, QuarantinedBy
from phonefleet.words import pack, say


class Devices:
    """The phones of the ledger.

    phone = ledger.devices.named("front_desk")  # an alias, a serial or an address
    """

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
        """Record the state of a phone on a host, by its identity; details that are None stay as they were."""
        at = at or self._clock.now()
        told = {"model": model, "android_version": android_version, "battery": battery}
        known = {name: value for name, value in told.items() if value is not None}
        current = {"state": state, "host": host, "last_seen": at, **known}
        new = insert(DeviceRow).values(serial=serial, first_seen=at, **current)
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_update(index_elements=["serial"], set_=current))

    def record_address(self, seen: AddressSeen, at: datetime | None = None) -> list[Whereabouts]:
        """Record a host's report about an adb address; return the concerned phones with their addresses on that host.

        The first is the phone that is at the address now, if it is identified.
        """
        at = at or self._clock.now()
        with self._sessions.begin() as session:
            told = identify(session, seen, at)
            found = [whereabouts(session, serial, seen.host, at) for serial in told.concerned]
            return [one for one in found if one is not None]

    def mark_all_absent(self, host: str) -> None:
        """Record that no phone is connected to a host, because its worker starts or has ended."""
        with self._sessions.begin() as session:
            mark_all_absent(session, host, self._clock.now())

    def strangers(self) -> list[Stranger]:
        """Return the addresses at which adb shows something that is no known phone."""
        with self._sessions() as session:
            return strangers(session)

    def forget(self, serial: str) -> int:
        """Delete a phone and cancel the tasks that wait for it; return how many these were.

        Raises:
            DeviceUnknown: there is none.
            PhoneInUse: it is connected, or a task runs on it.

        """
        with self._sessions.begin() as session:
            return forget(session, serial, self._clock.now())

    def set_alias(self, serial: str, alias: str | None) -> None:
        """Set a phone's alias; another phone that had it loses it. Raises `DeviceUnknown`."""
        with self._sessions.begin() as session:
            if alias is not None:
                session.execute(update(DeviceRow).where(DeviceRow.alias == alias).values(alias=None))
            _change(session, serial, alias=alias)

    def change(self, serial: str, **changes: str | bool | None) -> None:
        """Change a phone's `alias`, `group_name` or `enabled`.

        Raises:
            DeviceUnknown: no host has ever seen it.
            AliasTaken: the alias is another phone's alias, serial, or present or former address.

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
        """Put a phone in quarantine until an instant, or until it is released.

        A worker does not replace a person's quarantine. Raises `DeviceUnknown`.
        """
        with self._sessions.begin() as session:
            row = _locked(session, serial)
            if by == "worker" and row.quarantined_by == "person":
                return
            if row.quarantine_reason is None or row.quarantined_by != by:
                row.quarantined_since = self._clock.now()
            row.quarantine_reason, row.quarantined_until, row.quarantined_by = reason, until, by
            row.quarantine_message = pack(reason)

    def release(self, serial: str, by: QuarantinedBy = "person") -> bool:
        """Release a phone from quarantine; tell whether it was released. Raises `DeviceUnknown`.

        A worker cannot release it from a person's quarantine.
        """
        with self._sessions.begin() as session:
            row = _locked(session, serial)
            if row.quarantine_reason is None or (by == "worker" and row.quarantined_by == "person"):
                return False
            row.quarantine_reason = row.quarantined_until = row.quarantined_by = row.quarantined_since = None
            return True

    def set_battery(self, serial: str, battery: int | None) -> None:
        """Record a phone's battery level in percent; None where it has no battery or does not report it."""
        with self._sessions() as session:
            session.execute(_BATTERY, {"this": serial, "level": battery})

    def barred(self, host: str) -> list[Device]:
        """Return the phones of a host that get no runs: those in quarantine, and disabled ones."""
        barred = or_(is_quarantined(self._clock.now()), DeviceRow.enabled.is_(False))
        with self._sessions() as session:
            return [as_device(row) for row in session.scalars(select(DeviceRow).where(DeviceRow.host == host, barred))]

    def page(self, wanted: DeviceFilter, number: int = 1, size: int = 20) -> Page[ListedDevice]:
        """Return one page of the phones that pass a filter, by serial."""
        with self._sessions() as session:
            return page_of_devices(session, wanted, self._clock.now(), number, size)

    def named(self, name: str) -> ListedDevice | None:
        """Return the phone of this name, None when there is none. Raises `NameUnclear`.

        A name is the serial, the alias, or an adb address that the phone has or had.
        """
        with self._sessions() as session:
            serial = resolve(session, [name]).serial_of(name)
            found = [] if serial is None else devices_of(session, [serial], self._clock.now())
            return found[0] if found else None

    def named_all(self, names: Sequence[str]) -> dict[str, ListedDevice]:
        """Return the phones of these names, by name; names that mean none, or several phones, are left out."""
        with self._sessions() as session:
            serials = resolve(session, names)
            found = {one.device.serial: one for one in devices_of(session, list(serials.values()), self._clock.now())}
        return {name: found[serial] for name, serial in serials.items() if serial in found}

    def listed(self, serial: str) -> ListedDevice | None:
        """Return the phone with this serial as lists show it, None when there is none."""
        with self._sessions() as session:
            return next(iter(devices_of(session, [serial], self._clock.now())), None)

    def get(self, serial: str) -> Device | None:
        """Return a phone, or None when no host has ever seen it."""
        with self._sessions() as session:
            row = session.execute(_ONE, {"this": serial}).first()
        return None if row is None else as_device(row)

    def all(self) -> list[Device]:
        """Return every phone, by serial."""
        with self._sessions() as session:
            return [as_device(row) for row in session.scalars(select(DeviceRow).order_by(DeviceRow.serial))]

    def aliases(self) -> dict[str, str]:
        """Return what people call phones, by serial; phones without an alias are left out."""
        query = select(DeviceRow.serial, DeviceRow.alias).where(DeviceRow.alias.is_not(None))
        with self._sessions() as session:
            return {serial: alias for serial, alias in session.execute(query).tuples() if alias is not None}

    def resolve(self, names: Sequence[str]) -> Names:
        """Return the phones that names mean: serials, aliases, present and former adb addresses."""
        with self._sessions() as session:
            return resolve(session, names)


_DEVICES = table_of(DeviceRow)
_ONE: Final = select(_DEVICES).where(_DEVICES.c.serial == bindparam("this"))
_LEVEL = cast(bindparam("level", type_=Integer()), Integer())  # the database is told its type, as it may be NULL
_BATTERY: Final = (
    update(_DEVICES)
    .where(_DEVICES.c.serial == bindparam("this"), _DEVICES.c.battery.is_distinct_from(_LEVEL))
    .values(battery=_LEVEL)
)


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
    return DeviceUnknown(
        say("fleet.no_host_ever_seen_phone", "No host has ever seen a phone with the serial {serial!r}.", serial=serial)
    )
