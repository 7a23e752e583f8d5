"""Maps adb's states to ours, and gives advice for people: one sentence for each reason why a phone cannot work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from phonefleet.device.adb.addresses import is_address
from phonefleet.device.adb.device_list import AMBIGUOUS, NAMELESS, NO_PERMISSIONS, ListedDevice
from phonefleet.device.adb.probe import Answer
from phonefleet.words import say

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
    "unauthorized": say(
        "device.asks_whether_allow_usb_debugging",
        'It asks whether to allow USB debugging: unlock it and accept the prompt, with "Always allow".',
    ),
    "authorizing": say(
        "device.looking_computers_key_unlock_accept",
        "It is looking at this computer's key: unlock it, and accept the prompt if it shows one.",
    ),
    "connecting": say(
        "device.adb_still_connecting_if_does", "adb is still connecting to it: if that does not end, connect it anew."
    ),
    "detached": say(
        "device.adb_let_go_another_program", "adb has let go of it for another program: take it back with `adb attach`."
    ),
    "bootloader": say(
        "device.bootloader_choose_start_run_fastboot",
        "It is in its bootloader: choose Start there, or run `fastboot reboot`.",
    ),
    "recovery": say(
        "device.recovery_choose_reboot_system_now",
        "It is in its recovery: choose Reboot system now there, or run `adb reboot`.",
    ),
    "sideload": say(
        "device.waits_recovery_update_sideload_let",
        "It waits in its recovery for an update (sideload): let that end, or choose Reboot system now there.",
    ),
    "rescue": say(
        "device.rescue_mode_choose_reboot_system",
        "It is in its rescue mode: choose Reboot system now there, or run `adb reboot`.",
    ),
    "host": say(
        "device.another_computers_adb_no_phone",
        "It is another computer's adb and no phone: take it off the list with `adb disconnect`.",
    ),
}

_ANSWERS: Final[Mapping[Answer, str]] = {
    "refuses": say(
        "device.nothing_listens_address_switch_wireless",
        "Nothing listens at this address: switch on wireless debugging on the phone, or connect "
        "it by USB and run `adb tcpip 5555`.",
    ),
    "unreachable": say(
        "device.nothing_address_can_reached_check",
        "Nothing at this address can be reached: check that the phone is on, and in this network.",
    ),
    "closes": say(
        "device.listens_address_closes_each_connection",
        "What listens at this address closes each connection at once: check the port, or restart the phone.",
    ),
    "silent": say(
        "device.listens_address_does_not_answer",
        "What listens at this address does not answer: restart the phone, or switch its debugging off and on.",
    ),
    "strange": say(
        "device.listens_address_does_not_speak", "What listens at this address does not speak adb: check the port."
    ),
}

_CABLE: Final = say(
    "device.does_not_answer_plug_again",
    "It does not answer: plug it in again, in another port or with another cable, or restart it.",
)
_NETWORK: Final = say(
    "device.does_not_answer_check_phone", "It does not answer: check that the phone is on, and in this network."
)


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
    return (
        ""
        if sighting.word == "offline"
        else say("device.adb_calls", ' adb calls it "{word}".', word=f"{sighting.word} {sighting.detail}".strip())
    )


def _no_permissions(sighting: ListedDevice) -> str:
    return say(
        "device.computers_user_may_not_open",
        "This computer's user may not open the phone's USB port: install udev rules for Android "
        "phones (on Debian the package android-sdk-platform-tools-common), join the group "
        "plugdev, and plug it in again.",
    ) + (say("device.adb_says", " adb says {detail}", detail=sighting.detail) if sighting.detail else "")


def _ambiguous(sighting: ListedDevice) -> str:
    if sighting.name == NAMELESS:
        return say(
            "device.says_no_serial_number_adbs",
            "It says no serial number (adb's lines: {detail}), so that adb cannot address it: "
            "connect it over the network.",
            detail=sighting.detail,
        )
    return say(
        "device.adb_lists_more_than_one",
        "adb lists more than one phone with the serial {sighting} (as {detail}) and can address "
        "none of them by it: connect only one of them by USB, and the others over the network.",
        sighting=sighting.name,
        detail=sighting.detail,
    )
