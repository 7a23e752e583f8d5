"""Sets the time zone of a phone, openly, as its own settings would.

`cmd alarm set-timezone` is the shell command of Android's AlarmManagerService; where it is missing, as before Android
8, the same method is called by its number (`setTimeZone` is the third of IAlarmManager.aidl). Both need a permission
that adb's shell has on most phones; whether it worked is read back from `persist.sys.timezone`. Android would set the
zone of the network again, so that is switched off first (`auto_time_zone`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from phonefleet.device.phone import Phone
from phonefleet.device_actions.action import AtOnce, ask, forbid, order
from phonefleet.words import say

_AUTOMATIC: Final = ("global", "auto_time_zone")
_NO_ZONE: Final = say(
    "device_actions.no_time_zone",
    "this phone does not let adb set its time zone: choose it in the phone's settings",
)
_WAYS: Final = (("cmd", "alarm", "set-timezone"), ("service", "call", "alarm", "3", "s16"))


@dataclass(frozen=True, slots=True)
class SetTimeZone(AtOnce):
    """Sets a phone's time zone, an IANA name such as Europe/Berlin."""

    zone: str

    def look(self, phone: Phone) -> str:
        """Return the phone's zone."""
        return ask(phone, "getprop", "persist.sys.timezone")

    def is_done(self, before: str, now: str) -> bool:
        """Tell whether it is the wanted zone."""
        del before
        return now == self.zone

    def act(self, phone: Phone) -> None:
        """Set it in the first way that works; where none does, the phone goes on to set its zone by itself."""
        automatic = ask(phone, "settings", "get", *_AUTOMATIC)
        order(phone, ["settings", "put", *_AUTOMATIC, "0"])
        said = ""
        for way in _WAYS:
            said = said or order(phone, [*way, self.zone])
            if self.look(phone) == self.zone:
                return
        if automatic == "1":
            order(phone, ["settings", "put", *_AUTOMATIC, automatic])
        forbid(_NO_ZONE, said)

    def told(self, before: str, now: str) -> str:
        """Say which zone it has and had."""
        if before == now:
            return now
        return say(
            "device_actions.before",
            "{now}; before, {before}",
            now=now,
            before=before or say("device_actions.no_zone", "none"),
        )

    def failed(self, before: str, now: str | None) -> str:
        """Say that it did not stay."""
        return say(
            "device_actions.other_zone",
            "the phone has the time zone {now} and not {zone} (before, {before}): look at its settings",
            now=now,
            zone=self.zone,
            before=before,
        )
