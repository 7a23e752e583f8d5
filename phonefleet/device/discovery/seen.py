"""Reads the details of a phone that adb lists: its ids, model, Android version and battery, in one shell command."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from operator import attrgetter

from phonefleet.device.adb.advice import State, advice_for, state_of
from phonefleet.device.adb.device_list import ListedDevice
from phonefleet.device.adb.probe import Answer
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.deadline import within
from phonefleet.device.shell.parsers import battery
from phonefleet.device.translate import translated
from phonefleet.errors import PhonefleetError
from phonefleet.hardware import Hardware, android_id_in, serial_number_in

_DETAILS_LIMIT = timedelta(seconds=3)
_READERS = 8
_WHO = {
    "serial_number": "getprop ro.serialno",
    "android_id": "settings --user 0 get secure android_id",
    "booted": "getprop sys.boot_completed",
}
_WHAT = {
    "model": "getprop ro.product.model",
    "android_version": "getprop ro.build.version.release",
    "battery": "dumpsys battery",
}
_MARK = "==phonefleet "
"""Printed before each answer, so that an empty or too long answer does not shift the others. Standard error, such as
the linker's warnings, is discarded."""
_FAILED = "(no answer)"
"""Printed instead of the answer of a command that failed. It cannot be mistaken for an id; a missing id is "null"."""
_END = "end"


def _asking(questions: Mapping[str, str]) -> str:
    return "; ".join(
        [
            *(f"echo '{_MARK}{name}'; {asks} 2>/dev/null || echo '{_FAILED}'" for name, asks in questions.items()),
            f"echo '{_MARK}{_END}'",
        ]
    )


IDENTITY_COMMAND = _asking(_WHO)
"""A shell command that prints a phone's ids; `parse_answers` parses its output."""
_DETAILS = _asking({**_WHO, **_WHAT})


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """A phone under one of its names in adb; the state `device` means ready.

    `address` is adb's name: the serial on USB, `host:port` or an mDNS name in a network. `advice` is a sentence for
    people if the phone cannot work. `hardware`, model, Android version and battery (in percent) are None while the
    phone could not be asked.
    """

    address: str
    state: State
    advice: str | None = None
    hardware: Hardware | None = None
    model: str | None = None
    android_version: str | None = None
    battery: int | None = None
    complete: bool = field(default=False, compare=False)
    """Whether the phone has reported all of its ids."""


def seen_as(sighting: ListedDevice, answer: Answer | None = None) -> DeviceSeen:
    """Return a phone as adb lists it, without details; `answer` is the result of the last probe of its address."""
    return DeviceSeen(sighting.name, state_of(sighting), advice_for(sighting, answer))


def read_details(client: FastAdbClient, sighting: ListedDevice, *, complete_only: bool = True) -> DeviceSeen:
    """Ask a ready phone for its details, best effort and for 3 seconds at most.

    Without `complete_only`, a phone that has reported only one of its ids counts as identified.
    """
    seen = seen_as(sighting)
    if seen.state != "device":
        return seen
    try:
        with within(_DETAILS_LIMIT, client.clock), translated(sighting.name):
            said = parse_answers(client.device(sighting.name).shell(_DETAILS))
    except PhonefleetError:
        return seen
    complete, hardware = not is_incomplete(said), hardware_in(said)
    return replace(
        seen,
        hardware=hardware if complete or not complete_only else None,
        complete=complete and hardware is not None,
        model=said.get("model") or None,
        android_version=said.get("android_version") or None,
        battery=battery(said.get("battery", "")).level,
    )


def is_incomplete(said: Mapping[str, str]) -> bool:
    """Tell whether the command for one of the ids failed; it may succeed the next time."""
    return any(_is_missing(said, name) for name in ("serial_number", "android_id"))


def _is_missing(said: Mapping[str, str], name: str) -> bool:
    return said.get(name, _FAILED).endswith(_FAILED) or (name == "android_id" and not said[name])


def hardware_in(said: Mapping[str, str]) -> Hardware | None:
    """Return the phone's ids; None if the output is cut off, or the phone is still booting."""
    if _END not in said:
        return None
    android_id = android_id_in(said["android_id"])
    if not android_id and said["booted"] != "1":
        return None
    hardware = Hardware(serial_number_in(said["serial_number"]), android_id)
    return hardware if hardware.telling else None


def parse_answers(output: str) -> dict[str, str]:
    """Return the answers by the question's name; output that was cut off has no `end`."""
    parts = (part.partition("\n") for part in output.replace("\r", "").split(_MARK)[1:])
    return {name.strip(): answer.strip() for name, _, answer in parts}


def list_devices(client: FastAdbClient) -> list[DeviceSeen]:
    """Return all phones that adb lists, with their details, sorted by address.

    Raises:
        PhonefleetError: the adb server cannot be reached.

    """
    with translated(f"adb on port {client.port}"):
        sightings = sorted(client.listed_devices(), key=attrgetter("name"))
    with ThreadPoolExecutor(_READERS, thread_name_prefix="look") as pool:
        return list(pool.map(partial(read_details, client), sightings))
