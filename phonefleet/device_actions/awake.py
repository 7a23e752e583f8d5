"""Wakes a phone, and lets it stay awake while it is charged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from phonefleet.device.phone import Phone
from phonefleet.device_actions.action import AtOnce, ask, forbid, order, refused
from phonefleet.words import say

_SETTING: Final = ("global", "stay_on_while_plugged_in")
_LOCKED: Final = "awake, and locked"
_NO_KEYS: Final = say(
    "device_actions.no_keys",
    "this phone does not let adb press keys: allow 'USB debugging (Security settings)' in its developer options",
)
_NOT_AWAKE: Final = say(
    "device_actions.not_kept_awake",
    "this phone does not let adb keep its display on: choose 'Stay awake' in its developer options",
)


@dataclass(slots=True)
class Wake(AtOnce):
    """Switches the display on and dismisses a keyguard that is not secured."""

    acted: bool = False
    """Whether it was tried: a keyguard that still shows then is one that only a person can unlock."""

    def look(self, phone: Phone) -> str:
        """Return how display and keyguard are: "asleep", "awake" or "awake, and locked"."""
        health = phone.health()
        if health.awake is False:
            return "asleep"
        return _LOCKED if health.locked else "awake"

    def is_done(self, before: str, now: str) -> bool:
        """Tell whether the display is on; a keyguard may still go before it was tried."""
        del before
        return now == "awake" or (now == _LOCKED and self.acted)

    def act(self, phone: Phone) -> None:
        """Press the key that only wakes, and dismiss the keyguard; the automation server is not needed for it."""
        output = order(phone, ["input", "keyevent", "KEYCODE_WAKEUP"])
        if refused(output):
            forbid(_NO_KEYS, output)
        order(phone, ["wm", "dismiss-keyguard"])
        self.acted = True

    def told(self, before: str, now: str) -> str:
        """Say whether a person has to unlock it."""
        del before
        if now == _LOCKED:
            return say("device_actions.locked", "awake; its lock screen shows, which only a person can unlock")
        return say("device_actions.awake", "awake") if now == "awake" else now

    def failed(self, before: str, now: str | None) -> str:
        """Say that it did not wake."""
        del before, now
        return say("device_actions.stays_off", "the phone's display stays off: look at it")


@dataclass(frozen=True, slots=True)
class StayAwake(AtOnce):
    """Lets the display stay on while the phone is charged, or go off as usual."""

    on: bool

    def look(self, phone: Phone) -> str:
        """Return Android's setting: 0, or the sum of the kinds of power with which the display stays on."""
        return ask(phone, "settings", "get", *_SETTING)

    def is_done(self, before: str, now: str) -> bool:
        """Tell whether the setting is as wanted; any kind of power counts as on."""
        del before
        return now.isdecimal() and (int(now) > 0) is self.on

    def act(self, phone: Phone) -> None:
        """Switch it with `svc power stayon`."""
        output = order(phone, ["svc", "power", "stayon", "true" if self.on else "false"])
        if refused(output):
            forbid(_NOT_AWAKE, output)

    def told(self, before: str, now: str) -> str:
        """Say how it is."""
        del before, now
        if self.on:
            return say("device_actions.stays_on", "the display stays on while the phone is charged")
        return say("device_actions.goes_off", "the display goes off as usual")

    def failed(self, before: str, now: str | None) -> str:
        """Say that it did not stay."""
        del before, now
        return say(
            "device_actions.setting_not_kept",
            "the phone does not keep the setting: choose 'Stay awake' in its developer options",
        )
