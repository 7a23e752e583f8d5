"""Maps adb's states to ours, and gives advice for people: one sentence for each reason why a phone cannot work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from phonefleet.device.adb.addresses import is_address
from phonefleet.device.adb.device_list import AMBIGUOUS, NAMELESS, NO_PERMISSIONS, ListedDevice
from phonefleet.device.adb.probe import Answer

State = Literal["device", "offline", "unauthorized", "absent", "no_permissions", "recovery", "ambiguous"]
"""`device`: ready. `recovery`: started something other than Android. `ambiguous`: several phones of one name.
`absent`: no longer listed by adb."""

_STATES: Final[Mapping[str, State]] = {
    "device": "device",
    "unauthorized": "unauthorized",
    "authorizing": "unauthorized",
    NO_PERMISSIONS: "no_permissions",
    "recovery": "recovery",
    "sideload": "recovery",
    "rescue": "recovery",
    "bootloader": "recovery",
    AMBIGUOUS: "ambiguous",
}

_ADVICE: Final[Mapping[str, str]] = {
    "unauthorized": 'It asks whether to allow USB debugging: unlock it and accept the prompt, with "Always allow".',
    "authorizing": "It is looking at this computer's key: unlock it, and accept the prompt if it shows one.",
    "connecting": "adb is still connecting to it: if that does not end, connect it anew.",
    "detached": "adb has let go of it for another program: take it back with `adb attach`.",
    "bootloader": "It is in its bootloader: choose Start there, or run `fastboot reboot`.",
    "recovery": "It is in its recovery: choose Reboot system now there, or run `adb reboot`.",
    "sideload": "It waits in its recovery for an update (sideload): let that end, or choose Reboot system now there.",
    "rescue": "It is in its rescue mode: choose Reboot system now there, or run `adb reboot`.",
    "host": "It is another computer's adb and no phone: take it off the list with `adb disconnect`.",
}

_ANSWERS: Final[Mapping[Answer, str]] = {
    "refuses": "Nothing listens at this address: switch on wireless debugging on the phone, or connect it by USB "
    "and run `adb tcpip 5555`.",
    "unreachable": "Nothing at this address can be reached: check that the phone is on, and in this network.",
    "closes": "What listens at this address closes each connection at once: check the port, or restart the phone.",
    "silent": "What listens at this address does not answer: restart the phone, or switch its debugging off and on.",
    "strange": "What listens at this address does not speak adb: check the port.",
}

_CABLE: Final = "It does not answer: plug it in again, in another port or with another cable, or restart it."
_NETWORK: Final = "It does not answer: check that the phone is on, and in this network."


def state_of(sighting: ListedDevice) -> State:
    """Return the state of a listed phone; an unknown state of adb counts as offline."""
    return _STATES.get(sighting.word, "offline")


def advice_for(sighting: ListedDevice, answer: Answer | None = None) -> str | None:
    """Return advice how to get the phone to work; None for a phone that is ready.

    `answer` is the result of the last probe of its address, if there was one.
    """
    if sighting.word == "device":
        return None
    if sighting.word == NO_PERMISSIONS:
        return _no_permissions(sighting)
    if sighting.word == AMBIGUOUS:
        return _ambiguous(sighting)
    if sighting.word in _ADVICE:
        return _ADVICE[sighting.word]
    known = _ANSWERS.get(answer) if answer is not None else None
    return (known or (_NETWORK if is_address(sighting.name) else _CABLE)) + _unknown_word(sighting)


def _unknown_word(sighting: ListedDevice) -> str:
    """Return adb's own state if it is one that this version does not know."""
    return "" if sighting.word == "offline" else f' adb calls it "{f"{sighting.word} {sighting.detail}".strip()}".'


def _no_permissions(sighting: ListedDevice) -> str:
    return (
        "This computer's user may not open the phone's USB port: install udev rules for Android phones (on Debian the "
        "package android-sdk-platform-tools-common), join the group plugdev, and plug it in again."
        + (f" adb says {sighting.detail}" if sighting.detail else "")
    )


def _ambiguous(sighting: ListedDevice) -> str:
    if sighting.name == NAMELESS:
        return (
            f"It says no serial number (adb's lines: {sighting.detail}), so that adb cannot address it: "
            "connect it over the network."
        )
    return (
        f"adb lists more than one phone with the serial {sighting.name} (as {sighting.detail}) and can address none of "
        "them by it: connect only one of them by USB, and the others over the network."
    )
