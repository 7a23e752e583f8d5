"""Which phone is at an address: told by its hardware, never by the address alone.

- Its hardware is known: it is that phone, whatever address it has now.
- It is not known, and neither is the address: it is a new phone.
- It is not known, and the address is that of a phone whose hardware nobody knows: it is that phone.
- It is not known, and the address is that of another phone: it is a new phone, which rests until a person has looked.
- It does not say, or not enough: nobody is new, and whoever was there last gets no work until it has said who it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select, text, update
from sqlalchemy.orm import Session

from phonefleet.adb_names import kind_of
from phonefleet.hardware import Hardware
from phonefleet.ledger.fleet.addresses import (
    ABSENT,
    READY,
    UNREAD,
    AddressSeen,
    at_address,
    mark_absent,
    record_present,
    state_of,
)
from phonefleet.ledger.fleet.renaming import merge, rename
from phonefleet.ledger.tables.fleet import NOBODY, AddressRow, DeviceRow

_LOCK: Final = text("SELECT pg_advisory_xact_lock(50810)")
"""Two hosts never decide at once who somebody is."""
_SUFFIX: Final = 6
_SILENT: Final = (
    "The phone has not said yet which phone it is, and gets no work before that: "
    "if this lasts for minutes, restart the phone."
)
_UNSURE: Final = (
    "The phone says too little of itself to be told from {other}, and gets no work: restart it; if it stays so, "
    "forget {other}."
)


@dataclass(slots=True)
class Identified:
    """Which phones were concerned, and which phone is at the address now; None where nobody can tell."""

    serial: str | None
    concerned: list[str]


def identify(session: Session, seen: AddressSeen, at: datetime) -> Identified:
    """Write down what a host sees at an address, and at which phone that is."""
    session.execute(_LOCK)
    if seen.state == ABSENT:
        return _update_states(session, None, mark_absent(session, seen.host, seen.address), at)
    before = at_address(session, seen.host, seen.address)
    was_there = _known_by_address(session, seen) if before is None else session.get(DeviceRow, before.serial)
    if seen.hardware is None or not seen.hardware.telling:
        return _unread(session, seen, was_there, _SILENT, at)
    found, unsure = _by_hardware(session, seen.hardware)
    if found is None and unsure is not None:
        stays = was_there is not None and (_blank(was_there) or was_there.serial == unsure.serial)
        return _unread(session, seen, was_there if stays else None, _UNSURE.format(other=unsure.serial), at)
    left = None if was_there is None else was_there.serial  # the row may bear another identity afterwards
    serial = _serial_of(session, seen, seen.hardware, found, was_there, at)
    record_present(session, seen, serial, seen.state, at)
    _update_details(session, seen, serial)
    name_twins(session, seen.hardware.serial_number)
    return _update_states(session, serial, [serial, *([left] if left and left != serial else [])], at)


def mark_all_absent(session: Session, host: str, at: datetime) -> None:
    """Write down that no phone is at any address of a host."""
    session.execute(_LOCK)
    _update_states(session, None, mark_absent(session, host), at)
    alone = (DeviceRow.host == host, DeviceRow.serial.not_in(select(AddressRow.serial).where(AddressRow.present)))
    session.execute(update(DeviceRow).where(*alone, DeviceRow.state != ABSENT).values(state=ABSENT, last_seen=at))


def _serial_of(  # noqa: PLR0913, PLR0917 - all that decides who it is
    session: Session,
    seen: AddressSeen,
    hardware: Hardware,
    found: DeviceRow | None,
    was_there: DeviceRow | None,
    at: datetime,
) -> str:
    """Return the identity of the phone at an address, which may be a new one."""
    unknown_until_now = was_there if was_there is not None and _blank(was_there) else None
    if found is not None:
        serial = found.serial
        if unknown_until_now is not None:
            merge(session, unknown_until_now.serial, serial)
        return serial
    if unknown_until_now is not None:
        return _named(session, seen, unknown_until_now, hardware)
    return _new(session, seen, hardware, was_there, at)


def _by_hardware(session: Session, hardware: Hardware) -> tuple[DeviceRow | None, DeviceRow | None]:
    """Return the phone of this hardware, and one that may be it and may not."""
    alike = [DeviceRow.android_id == hardware.android_id] if hardware.android_id else []
    if hardware.own_number:
        alike += [DeviceRow.serial_number == hardware.own_number, DeviceRow.serial == hardware.own_number]
    rows = session.scalars(select(DeviceRow).where(or_(*alike)).order_by(DeviceRow.first_seen)).all()
    for row in rows:
        if not _blank(row) and _hardware(row).likeness(hardware) == "same":
            return row, None
    for row in rows:  # known by its name on USB alone; or it never told its Android id, and tells it now
        same_number = bool(hardware.own_number) and _hardware(row).own_number == hardware.own_number
        if _blank(row) or (same_number and not row.android_id):
            row.serial_number, row.android_id = hardware.serial_number, hardware.android_id
            return row, None
    unsure = [row for row in rows if _hardware(row).likeness(hardware) == "unclear"]
    return None, unsure[0] if unsure else None


def _known_by_address(session: Session, seen: AddressSeen) -> DeviceRow | None:
    """Return the phone that was entered under this address, before any host had seen it there."""
    phone = session.get(DeviceRow, seen.address)
    return phone if phone is not None and _blank(phone) else None


def _named(session: Session, seen: AddressSeen, phone: DeviceRow, hardware: Hardware) -> str:
    """Give a phone that was known by an address its hardware, and the identity that goes with it."""
    phone.serial_number, phone.android_id = hardware.serial_number, hardware.android_id
    session.flush()
    before = phone.serial
    if kind_of(before) == "usb":
        return before
    after = _free_identity(session, seen, hardware, but=before)
    rename(session, before, after)
    return after


def _new(session: Session, seen: AddressSeen, hardware: Hardware, was_there: DeviceRow | None, at: datetime) -> str:
    serial = _free_identity(session, seen, hardware)
    phone = DeviceRow(serial=serial, host=seen.host, state=ABSENT, first_seen=at, last_seen=at)
    phone.serial_number, phone.android_id = hardware.serial_number, hardware.android_id
    if was_there is not None:
        phone.quarantine_reason = _quarantine_reason(seen, serial, hardware, was_there)
        phone.quarantined_by, phone.quarantined_since = "person", at
    session.add(phone)
    session.flush()
    return serial


def _quarantine_reason(seen: AddressSeen, serial: str, hardware: Hardware, before: DeviceRow) -> str:
    return (
        f"At {seen.address} was {_title(before)} ({_hardware(before)}); now there is another phone ({hardware}). "
        f"Look which phone it is: release {serial} if it may work as a phone of its own, or connect {before.serial} "
        f"again; after a factory reset, forget {before.serial}, which is no more."
    )


def _free_identity(session: Session, seen: AddressSeen, hardware: Hardware, but: str | None = None) -> str:
    """Return what a phone is called: as adb shows it on USB, else by its serial number or Android id."""
    usual = seen.address if kind_of(seen.address) == "usb" else hardware.own_number or hardware.android_id
    usual = _storable(usual)
    if not _is_taken(session, usual, but):
        return usual
    number = 1
    short = f"{usual}-{hardware.android_id[:_SUFFIX]}" if hardware.android_id else usual
    name = short if hardware.android_id else f"{usual}-{number}"
    while _is_taken(session, name, but):
        number += 1
        name = f"{short}-{number}"
    return name


def _is_taken(session: Session, name: str, but: str | None) -> bool:
    bearer = select(DeviceRow.serial).where(or_(DeviceRow.serial == name, DeviceRow.alias == name))
    at = select(AddressRow.serial).where(AddressRow.address == name, AddressRow.serial != NOBODY)
    return bool(set(session.scalars(bearer.union(at))) - {but})


def _unread(session: Session, seen: AddressSeen, here: DeviceRow | None, why: str, at: datetime) -> Identified:
    """Write down that something is at an address which is not to be worked, under the phone that was there last."""
    serial = NOBODY if here is None else here.serial
    state = UNREAD if seen.state == READY else seen.state
    advice = why if seen.state == READY else seen.advice
    before = at_address(session, seen.host, seen.address)
    record_present(session, _advised(seen, advice), serial, state, at)
    left = [before.serial] if before is not None and before.serial != serial else []
    return _update_states(session, None, [*([serial] if serial else []), *left], at)


def _advised(seen: AddressSeen, advice: str | None) -> AddressSeen:
    return AddressSeen(seen.address, seen.state, seen.host, seen.hardware, advice)


def _update_states(session: Session, serial: str | None, concerned: Sequence[str], at: datetime) -> Identified:
    """Bring the states of phones up to date with those of their addresses."""
    for each in concerned:
        phone = session.get(DeviceRow, each, populate_existing=True)
        if phone is None:  # it has another identity since a moment ago
            continue
        state, host = state_of(session, each)
        phone.state, phone.host, phone.last_seen = state, host or phone.host, at
    session.flush()
    return Identified(serial, list(concerned))


def _update_details(session: Session, seen: AddressSeen, serial: str) -> None:
    phone = session.get_one(DeviceRow, serial)
    phone.model = seen.model or phone.model
    phone.android_version = seen.android_version or phone.android_version
    phone.battery = phone.battery if seen.battery is None else seen.battery


def name_twins(session: Session, serial_number: str) -> None:
    """Write beside each phone of a serial number which others bear it too."""
    if not serial_number:
        return
    query = select(DeviceRow).where(DeviceRow.serial_number == serial_number).order_by(DeviceRow.serial)
    phones = session.scalars(query).all()
    for phone in phones:
        others = [_title(other) for other in phones if other.serial != phone.serial]
        phone.note = _twins(phone, others) if others else None
    session.flush()


def _twins(phone: DeviceRow, others: Sequence[str]) -> str:
    return (
        f"{', '.join(others)} {'bears' if len(others) == 1 else 'bear'} the same serial number "
        f"{phone.serial_number}: they are told apart by their Android ids, this one's is {phone.android_id}."
    )


def _title(phone: DeviceRow) -> str:
    return f"{phone.alias} ({phone.serial})" if phone.alias else phone.serial


def _blank(phone: DeviceRow) -> bool:
    return not phone.serial_number and not phone.android_id


def _hardware(phone: DeviceRow) -> Hardware:
    return Hardware(phone.serial_number, phone.android_id)


def _storable(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable()).strip() or "phone"
