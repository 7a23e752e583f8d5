"""What can be seen of a phone from the computer: its state in adb, its model and its Android version."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Literal

from phonefleet.device.deadline import within
from phonefleet.device.readings import battery
from phonefleet.device.translate import translated
from phonefleet.device.transport import FastAdbClient
from phonefleet.errors import PhonefleetError

State = Literal["device", "offline", "unauthorized", "absent"]

_DETAILS_LIMIT = timedelta(seconds=3)
_READERS = 8
_DETAILS = (
    'echo "model=$(getprop ro.product.model)"; echo "version=$(getprop ro.build.version.release)"; dumpsys battery'
)


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """A phone as adb shows it; `device` is the state of one that is ready.

    Model, Android version and battery (in percent) are None while nobody could ask the phone.
    """

    serial: str
    state: State
    model: str | None = None
    android_version: str | None = None
    battery: int | None = None


def state_from(adb_says: str) -> State:
    """Return the state for adb's word; what is neither ready nor waiting for a person counts as offline."""
    if adb_says == "device":
        return "device"
    return "unauthorized" if adb_says in {"unauthorized", "authorizing"} else "offline"


def look_at(client: FastAdbClient, serial: str, state: State) -> DeviceSeen:
    """Ask a ready phone for its details, best effort and for seconds at most."""
    if state != "device":
        return DeviceSeen(serial, state)
    try:
        with within(_DETAILS_LIMIT, client.clock), translated(serial):
            answer: str = client.device(serial).shell(_DETAILS)
    except PhonefleetError:
        return DeviceSeen(serial, state)
    model, version = (_told(name, answer) for name in ("model", "version"))
    return DeviceSeen(serial, state, model, version, battery(answer).level)


def _told(name: str, answer: str) -> str | None:
    """Return what stands behind a name; the phone may say more than it was asked for, before it and in between."""
    match = re.search(rf"^{name}=(.*)$", answer, re.MULTILINE)
    return match[1].strip() or None if match is not None else None


def list_devices(client: FastAdbClient) -> list[DeviceSeen]:
    """Return all phones that adb knows now, by serial.

    Raises:
        PhonefleetError: the adb server cannot be reached.

    """
    with translated(f"adb on port {client.port}"):
        states = {serial: state_from(word) for serial, word in client.states().items()}
    with ThreadPoolExecutor(_READERS, thread_name_prefix="look") as pool:
        return list(pool.map(partial(look_at, client), sorted(states), [states[serial] for serial in sorted(states)]))
