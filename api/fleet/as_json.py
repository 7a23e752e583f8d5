"""Converts phones of the ledger to the form of answers."""

from __future__ import annotations

from api.fleet.device_schemas import DeviceOut, TakenOver
from phonefleet.ledger.fleet.device_list import ListedDevice
from phonefleet.ledger.fleet.hands_on.takeovers import Takeover
from phonefleet.words import joined, say


def shown_phone(listed: ListedDevice) -> DeviceOut:
    """Return a phone as answers show it."""
    phone = listed.device
    resting = listed.state == "quarantined"
    notes = [one for one in (_away(listed), _twice(listed), listed.advice, phone.note) if one]
    return DeviceOut(
        serial=phone.serial,
        addresses=list(listed.addresses),
        serial_number=phone.hardware.serial_number or None,
        android_id=phone.hardware.android_id or None,
        alias=phone.alias,
        model=phone.model,
        android_version=phone.android_version,
        host=phone.host,
        state=listed.state,
        battery=phone.battery,
        enabled=phone.enabled,
        group=phone.group_name,
        current_task=listed.current_task,
        queue_length=listed.queue_length,
        taken_over=_taken_over(listed.takeover),
        first_seen=phone.first_seen,
        last_seen=phone.last_seen,
        note=joined(" ", notes) if notes else None,
        quarantine_reason=phone.quarantine_reason if resting else None,
        quarantined_since=phone.quarantined_since if resting else None,
        quarantined_until=phone.quarantined_until if resting else None,
        quarantined_by=phone.quarantined_by if resting else None,
    )


def _away(listed: ListedDevice) -> str | None:
    """Return a sentence about a phone whose host is away."""
    if listed.host_away_since is None:
        return None
    return say("fleet.host_away", "Nothing is heard of its host {host}.", host=listed.device.host)


def _twice(listed: ListedDevice) -> str | None:
    """Return a sentence about a phone that is connected to several hosts."""
    if not listed.other_hosts:
        return None
    return say(
        "fleet.connected_twice",
        "It is connected to {others} too, and works at {host} alone: disconnect it from one of them.",
        others=", ".join(listed.other_hosts),
        host=listed.device.host,
    )


def _taken_over(takeover: Takeover | None) -> TakenOver | None:
    if takeover is None:
        return None
    state = "waiting" if takeover.held_at is None else "held"
    return TakenOver(state=state, by=takeover.holder, since=takeover.asked_at, until=takeover.until)
