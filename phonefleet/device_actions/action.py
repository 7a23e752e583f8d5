"""The interface of an action on a phone, and how its commands are asked and their answers read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NoReturn, Protocol

from phonefleet.device.phone import Phone
from phonefleet.errors import NeedsPerson, PhoneForbids, ShellFailed
from phonefleet.words import Message, say

_SHOWN: Final = 200
_NOISE: Final = "WARNING: linker:"
"""Written to standard error by each program of some phones; it says nothing."""

_DENIED: Final = ("SecurityException", "Permission denial", "Permission Denial", "not allowed")


class Action(Protocol):
    """One thing to do on one phone. What the phone says before is stored, so that a later look can tell what happened.

    `repeatable` tells whether doing it twice is the same as once; another action is never done again once it may have
    been. `within` is how long its effect may take to show, `settles` how long one may pass whose effect cannot be
    seen yet before it is done again.
    """

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice is the same as doing it once."""
        ...

    @property
    def within(self) -> timedelta:
        """How long its effect may take to show."""
        ...

    @property
    def settles(self) -> timedelta:
        """How long an effect that began before a crash may still be on its way."""
        ...

    def look(self, phone: Phone) -> str:
        """Return what the phone says now about what the action changes.

        Raises:
            Transient: it does not tell now; a later look may.

        """
        ...

    def is_done(self, before: str, now: str) -> bool:
        """Tell whether the phone is as the action leaves it."""
        ...

    def act(self, phone: Phone) -> None:
        """Do it.

        Raises:
            PhoneForbids: this phone does not allow it to adb.
            NeedsPerson: a person has to allow it on the phone first.

        """
        ...

    def told(self, before: str, now: str) -> str:
        """Return what came of it, in a few words for people."""
        ...

    def failed(self, before: str, now: str | None) -> str:
        """Return why it is not done although the phone was told to, in a sentence that says what a person can do.

        `now` is None if the phone could not be asked.
        """
        ...


class AtOnce:
    """What is common to actions whose effect shows at once and that may be repeated: settings."""

    @property
    def repeatable(self) -> bool:
        """Setting the same value again changes nothing."""
        return True

    @property
    def within(self) -> timedelta:
        """A setting that is stored is read back at once; some services need a moment."""
        return timedelta(seconds=3)

    @property
    def settles(self) -> timedelta:
        """Nothing is on its way after a command has ended."""
        return timedelta()


def ask(phone: Phone, *args: str) -> str:
    """Return the last line that a command has written; "" if it has written none and ended well.

    Raises:
        ShellFailed: it failed without a word.

    """
    output, code = phone.attempt(list(args))
    said = next(reversed(lines(output)), "")
    if code and not said:
        message = say(
            "device_actions.failed_without_a_word",
            "'{command}' failed on the phone with exit code {code} and said nothing",
            command=args[0],
            code=code,
        )
        raise ShellFailed(message)
    return said


def lines(output: str) -> list[str]:
    """Return the lines of an output that say something, without white space around them."""
    return [line.strip() for line in output.splitlines() if line.strip() and not line.startswith(_NOISE)]


def order(phone: Phone, args: Sequence[str], limit: timedelta | None = None) -> str:
    """Run a command that changes something and return its output, whatever its exit code; the caller looks afterwards.

    Raises:
        NeedsPerson: the phone's maker lets adb do it only after a person has allowed it.

    """
    output, _ = phone.attempt(list(args), limit)
    if "WRITE_SECURE_SETTINGS" in output:
        raise NeedsPerson(SECURITY_SETTINGS)
    return output


def refused(output: str) -> bool:
    """Tell whether a command was refused for want of a permission."""
    return any(word in output for word in _DENIED)


def forbid(message: Message, output: str) -> NoReturn:
    """Raise `PhoneForbids` for something that this phone does not allow to adb, with what it has said."""
    said = " ".join(lines(output))[:_SHOWN]
    raise PhoneForbids(message + f" ({said})" if said else message)


SECURITY_SETTINGS: Final = say(
    "device_actions.security_settings",
    "the phone lets adb change no settings: allow 'USB debugging (Security settings)' in its developer options",
)
