"""Restarts a phone, and tells by its boot id that it has.

Linux draws a boot id at each start (`/proc/sys/kernel/random/boot_id`, random(4)). A phone whose shell may not read it
counts its starts (`Settings.Global.BOOT_COUNT`, since Android 7). A phone is back once `sys.boot_completed` is 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from phonefleet.device.phone import Phone
from phonefleet.device_actions.action import ask
from phonefleet.errors import PhoneForbids, ShellFailed
from phonefleet.words import say

_BOOT_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IN_NETWORK: Final = say(
    "device_actions.in_the_network", "in the network, adb ends with a restart (`adb tcpip`): connect its cable"
)


@dataclass(frozen=True, slots=True)
class Restart:
    """Restarts a phone and waits until it is back, at most `within`."""

    within: timedelta

    @property
    def repeatable(self) -> bool:
        """A second restart does no harm, and is done only once the phone was seen not to have restarted."""
        return True

    @property
    def settles(self) -> timedelta:
        """How long a phone may still be shutting down that was told to restart."""
        return timedelta(seconds=60)

    def look(self, phone: Phone) -> str:
        """Return the boot id.

        Raises:
            Transient: the phone is away or has not started yet.
            PhoneForbids: it tells neither its boot id nor how often it was started.

        """
        if ask(phone, "getprop", "sys.boot_completed") != "1":
            message = say("device_actions.not_started_yet", "the phone has not started yet")
            raise ShellFailed(message)
        boot_id = ask(phone, "cat", "/proc/sys/kernel/random/boot_id")
        if _BOOT_ID.fullmatch(boot_id):
            return boot_id
        count = ask(phone, "settings", "get", "global", "boot_count")
        if count.isdecimal():
            return f"start {count}"
        message = say(
            "device_actions.start_unknown",
            "the phone does not tell when it was started, so nobody could see that it has restarted",
        )
        raise PhoneForbids(message)

    def is_done(self, before: str, now: str) -> bool:
        """Tell whether the phone was started anew and is ready."""
        return now != before

    def act(self, phone: Phone) -> None:
        """Tell it to restart."""
        phone.reboot()

    def told(self, before: str, now: str) -> str:
        """Say that it is back."""
        del before, now
        return say("device_actions.is_back", "it has restarted and is back")

    def failed(self, before: str, now: str | None) -> str:
        """Say that it has not come back, or did not go."""
        seconds = f"{self.within.total_seconds():g}"
        if now == before:
            return say(
                "device_actions.has_not_restarted",
                "the phone was told to restart and has not within {seconds} s: restart it by hand",
                seconds=seconds,
            )
        return say(
            "device_actions.is_not_back",
            "the phone was told to restart and is not back after {seconds} s: look at it; {in_network}",
            seconds=seconds,
            in_network=_IN_NETWORK,
        )
