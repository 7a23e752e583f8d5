"""Chooses the input method of a phone, or the one that it had before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from phonefleet.device.phone import Phone
from phonefleet.device_actions.action import AtOnce, ask, forbid, lines, order, refused
from phonefleet.errors import Permanent
from phonefleet.words import say

METHOD: Final = re.compile(r"[A-Za-z][\w.]*/[\w.$]+")
"""The id of an input method: its component, as `ime list` writes it."""

_OF_AUTOMATION: Final = re.compile(r"(?i)adb_?keyboard|com\.github\.uiautomator/")
_VOICE: Final = re.compile(r"(?i)voice")
_SETTING: Final = ("secure", "default_input_method")
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class ChooseKeyboard(AtOnce):
    """Chooses an input method; without one, the one before: `earlier`, or else the only one that people type with."""

    method: str = ""
    earlier: str = ""

    def look(self, phone: Phone) -> str:
        """Return the input method that is chosen now."""
        return ask(phone, "settings", "get", *_SETTING)

    def is_done(self, before: str, now: str) -> bool:
        """Tell whether the wanted one is chosen; without a name, whether there is another one than before."""
        if self.method:
            return _same(now, self.method)
        return now != before and not _OF_AUTOMATION.search(now)

    def act(self, phone: Phone) -> None:
        """Enable the input method and choose it.

        Raises:
            Permanent: it is not installed, or nobody knows which one was before.

        """
        enabled = _listed(phone, "-s")
        wanted = self.method or self.earlier or _usual(enabled, self.look(phone))
        known = _listed(phone, "-a", "-s")
        if not any(_same(wanted, each) for each in known):
            message = say(
                "device_actions.no_input_method",
                "the phone has no input method {method}: it has {known}",
                method=wanted,
                known=_some(known),
            )
            raise Permanent(message)
        if not any(_same(wanted, each) for each in enabled):
            order(phone, ["ime", "enable", wanted])
        output = order(phone, ["ime", "set", wanted])
        if refused(output):
            forbid(say("device_actions.no_keyboard", "this phone does not let adb choose its keyboard"), output)

    def told(self, before: str, now: str) -> str:
        """Say which one it is and was."""
        return now if before == now else say("device_actions.before", "{now}; before, {before}", now=now, before=before)

    def failed(self, before: str, now: str | None) -> str:
        """Say that it did not stay."""
        del before
        return say(
            "device_actions.keeps_keyboard",
            "the phone keeps the keyboard {now}: choose another one in its settings",
            now=now,
        )


def _listed(phone: Phone, *options: str) -> list[str]:
    output, _ = phone.attempt(["ime", "list", *options])
    return [line for line in lines(output) if METHOD.fullmatch(line)]


def _usual(enabled: list[str], now: str) -> str:
    """Return the one other input method that people type with. Raises `Permanent` where there is not just one."""
    found = [each for each in enabled if not (_OF_AUTOMATION.search(each) or _VOICE.search(each) or _same(each, now))]
    if len(found) == 1:
        return found[0]
    message = (
        say(
            "device_actions.which_keyboard",
            "nobody knows which keyboard the phone had before: name one (it has {known})",
            known=_some(found),
        )
        if found
        else say(
            "device_actions.no_other_keyboard",
            "nobody knows which keyboard the phone had before: name one (there is no other one)",
        )
    )
    raise Permanent(message)


def _some(methods: list[str]) -> str:
    if not methods:
        return say("device_actions.no_methods", "none")
    shown, more = ", ".join(methods[:_SHOWN]), len(methods) - _SHOWN
    return say("device_actions.some_methods", "{shown} and {more} more", shown=shown, more=more) if more > 0 else shown


def _same(one: str, other: str) -> bool:
    """Tell whether two components are the same: the class may be written with or without its package."""
    return _full(one) == _full(other)


def _full(component: str) -> str:
    package, _, name = component.partition("/")
    return f"{package}/{package}{name}" if name.startswith(".") else component
