"""Decides which phone is at an adb address: by its hardware, never by the address alone.

- The hardware is known: it is that phone, whatever its address is now.
- Hardware and address are unknown: it is a new phone.
- The hardware is unknown, and the address is that of a phone of unknown hardware: it is that phone.
- The hardware is unknown, and the address is that of another phone: it is a new phone, in quarantine until a person
  has looked.
- The phone reports no hardware, or too little: no phone is created, and the one that was there last gets no work until
  the phone has identified itself.
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
from phonefleet.text import full_name
from phonefleet.words import pack, say, say_many

_LOCK: Final = text("SELECT pg_advisory_xact_lock(50810)")
"""One host at a time decides which phone is at an address."""
_SUFFIX: Final = 6
_SILENT: Final = say(
    "fleet.phone_not_said_yet_phone",
    "The phone has not said yet which phone it is, and gets no work before that: if this "
    "lasts for minutes, restart the phone.",
)


def _unsure(other: str) -> str:
    return say(
        "fleet.phone_says_too_little_itself",
        "The phone says too little of itself to be told from {other}, and gets no work: restart "
        "it; if it stays so, forget {other}.",
        other=other,
    )


@dataclass(slots=True)
class Identified:
    """The serial of the phone at an address, None where it is not identified; and all serials that are concerned."""

    serial: str | None
    concerned: list[str]


def identify(session: Session, seen: AddressSeen, at: datetime) -> Identified:
    """Record a host's report about an address, and decide which phone is there."""
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
        return _unread(session, seen, was_there if stays else None, _unsure(unsure.serial), at)
    left = None if was_there is None else was_there.serial  # the row may bear another identity afterwards
    serial = _serial_of(session, seen, seen.hardware, found, was_there, at)
    record_present(session, seen, serial, seen.state, at)
    _update_details(session, seen, serial)
    name_twins(session, seen.hardware.serial_number)
    return _update_states(session, serial, [serial, *([left] if left and left != serial else [])], at)


def mark_all_absent(session: Session, host: str, at: datetime) -> None:
    """Record that no phone is at any address of a host."""
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
    """Return the serial of the phone at an address; it may be a new phone, or get a new serial."""
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
    """Return the phone of this hardware, or in second place one that may have it; else None twice."""
    alike = [DeviceRow.android_id == hardware.android_id] if hardware.android_id else []
    if hardware.own_number:
        alike += [DeviceRow.serial_number == hardware.own_number, DeviceRow.serial == hardware.own_number]
    rows = session.scalars(select(DeviceRow).where(or_(*alike)).order_by(DeviceRow.first_seen)).all()
    for row in rows:
        if not _blank(row) and _hardware(row).likeness(hardware) == "same":
            return row, None
    for row in rows:  # known by its name on USB alone, or now reports its Android id for the first time
        same_number = bool(hardware.own_number) and _hardware(row).own_number == hardware.own_number
        if _blank(row) or (same_number and not row.android_id):
            row.serial_number, row.android_id = hardware.serial_number, hardware.android_id
            return row, None
    unsure = [row for row in rows if _hardware(row).likeness(hardware) == "unclear"]
    return None, unsure[0] if unsure else None


def _known_by_address(session: Session, seen: AddressSeen) -> DeviceRow | None:
    """Return the phone of unknown hardware whose serial is this address: it was entered before a host saw it there."""
    phone = session.get(DeviceRow, seen.address)
    return phone if phone is not None and _blank(phone) else None


def _named(session: Session, seen: AddressSeen, phone: DeviceRow, hardware: Hardware) -> str:
    """Give a phone of unknown hardware this hardware, and a serial that fits it; return the serial."""
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
        phone.quarantine_reason = why = _quarantine_reason(seen, serial, hardware, was_there)
        phone.quarantine_message = pack(why)
        phone.quarantined_by, phone.quarantined_since = "person", at
    session.add(phone)
    session.flush()
    return serial


def _quarantine_reason(seen: AddressSeen, serial: str, hardware: Hardware, before: DeviceRow) -> str:
    return say(
        "fleet.now_another_phone_look_phone",
        "At {address} was {before} ({before2}); now there is another phone ({hardware}). Look "
        "which phone it is: release {serial} if it may work as a phone of its own, or connect "
        "{before3} again; after a factory reset, forget {before3}, which is no more.",
        address=seen.address,
        before=_title(before),
        before2=_hardware(before),
        hardware=hardware,
        serial=serial,
        before3=_called(before),
    )


def _free_identity(session: Session, seen: AddressSeen, hardware: Hardware, but: str | None = None) -> str:
    """Return a serial for a phone: its name on USB, else its serial number or Android id, with a suffix if taken."""
    usual = seen.address if kind_of(seen.address) == "usb" else hardware.own_number or hardware.android_id
    usual = _printable(usual)
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
    """Record an address whose phone is not identified, under the phone `here` that was there last, or under none."""
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
    """Update the states of phones from those of their addresses."""
    for each in concerned:
        phone = session.get(DeviceRow, each, populate_existing=True)
        if phone is None:  # it was given another serial in this transaction
            continue
        state, host = state_of(session, each, phone.host)
        phone.state, phone.host, phone.last_seen = state, host or phone.host, at
    session.flush()
    return Identified(serial, list(concerned))


def _update_details(session: Session, seen: AddressSeen, serial: str) -> None:
    phone = session.get_one(DeviceRow, serial)
    phone.model = seen.model or phone.model
    phone.android_version = seen.android_version or phone.android_version
    phone.battery = phone.battery if seen.battery is None else seen.battery


def name_twins(session: Session, serial_number: str) -> None:
    """Note at each phone with a serial number which other phones have the same one."""
    if not serial_number:
        return
    query = select(DeviceRow).where(DeviceRow.serial_number == serial_number).order_by(DeviceRow.serial)
    phones = session.scalars(query).all()
    for phone in phones:
        others = [_title(other) for other in phones if other.serial != phone.serial]
        phone.note = note = _twins(phone, others) if others else None
        phone.note_message = pack(note)
    session.flush()


def _twins(phone: DeviceRow, others: Sequence[str]) -> str:
    return say_many(
        "fleet.twins",
        "{others} bears the same serial number {number}: they are told apart by their Android ids, "
        "this one's is {android_id}.",
        "{others} bear the same serial number {number}: they are told apart by their Android ids, "
        "this one's is {android_id}.",
        count=len(others), others=", ".join(others), number=phone.serial_number, android_id=phone.android_id,
    )  # fmt: skip


def _title(phone: DeviceRow) -> str:
    return full_name(phone.serial, phone.alias)


def _called(phone: DeviceRow) -> str:
    return phone.alias or phone.serial


def _blank(phone: DeviceRow) -> bool:
    return not phone.serial_number and not phone.android_id


def _hardware(phone: DeviceRow) -> Hardware:
    return Hardware(phone.serial_number, phone.android_id)


def _printable(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable()).strip() or "phone"
