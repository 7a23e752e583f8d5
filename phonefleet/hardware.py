"""What tells one phone from another: the numbers that its hardware and its Android bear. Pure: no adb, no ledger.

`ro.serialno` is burnt in, but cheap phones come by the thousand with the same one. `android_id` of the owner (user 0)
is drawn at random when Android starts first, and is another one after a factory reset (Android's `Settings.Secure`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Likeness = Literal["same", "other", "unclear"]

_ANDROID_ID: Final = re.compile(r"[0-9a-f]{1,16}", re.IGNORECASE)
_SERIAL_NUMBER: Final = re.compile(r"[\x21-\x7e]{1,91}")  # what a system property holds (PROP_VALUE_MAX)
_PLACEHOLDERS: Final = re.compile(
    r"unknown|null|none|n/?a|default|serial(no|number)?|android|not[_ ]?set|(.)\2*|0?1234567890?(abcdef)?|\?+",
    re.IGNORECASE,
)
"""What stands in `ro.serialno` where nobody gave the phone a number: a word, one sign again and again, counting up."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a phone said of itself; "" where it has none.

    Example:
        >>> Hardware("R58M12ABCDE", "3f8a1c5e7b9d0246").telling
        True

    """

    serial_number: str = ""
    android_id: str = ""

    @property
    def own_number(self) -> str:
        """The serial number, or "" where many phones bear the same."""
        return "" if is_placeholder(self.serial_number) else self.serial_number

    @property
    def telling(self) -> bool:
        """Whether it tells this phone from others at all."""
        return bool(self.own_number or self.android_id)

    def likeness(self, other: Hardware) -> Likeness:
        """Return whether both are of one phone; what one of them does not say is no reason for either."""
        if self.own_number and other.own_number and self.own_number != other.own_number:
            return "other"
        if self.android_id and other.android_id:
            same = self.android_id == other.android_id
            if not same:
                return "other"
            return "same" if bool(self.own_number) == bool(other.own_number) else "unclear"
        if self.android_id or other.android_id or not self.own_number:
            return "unclear"
        return "same" if self.own_number == other.own_number else "unclear"

    def __str__(self) -> str:
        numbers = {"serial number": self.serial_number, "Android id": self.android_id}
        return ", ".join(f"{name} {value}" for name, value in numbers.items() if value) or "no number"


def is_placeholder(serial_number: str) -> bool:
    """Tell whether a serial number is one that says nothing.

    Example:
        >>> is_placeholder("0123456789ABCDEF"), is_placeholder("R58M12ABCDE")
        (True, False)

    """
    return not serial_number or _PLACEHOLDERS.fullmatch(serial_number) is not None


def serial_number_in(said: str) -> str:
    """Return the serial number in what `getprop ro.serialno` printed, "" where there is none."""
    word = said.strip()
    return word if _SERIAL_NUMBER.fullmatch(word) else ""


def android_id_in(said: str) -> str:
    """Return the id in what `settings get secure android_id` printed, in small letters, "" where there is none."""
    word = said.strip()
    return word.lower() if _ANDROID_ID.fullmatch(word) else ""
