"""Texts as a phone's screen shows them: the one place where what is read there is compared with what was meant.

A dump is not what people see. `stripInvalidXMLChars` of Android's AccessibilityNodeInfoDumper goes through UTF-16 units
and puts a dot in place of each that is no character of XML 1.0 by itself: an emoji, which is two units, becomes two
dots. Apps trim texts, squeeze white space, put marks of direction around them and cut long ones off. So two texts are
compared by how they read, and where dots may stand for anything, that is said: `Reading.PERHAPS`.

It knows neither screens nor phones. Who wants the true text of an element asks `AppDriver.reading`.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from phonefleet.text import bare_name

_CLEANED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufddf\ufffe\uffff\U00010000-\U0010ffff]"
)
_LAST_OF_ONE_UNIT = "\uffff"
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Marks of direction and empty characters, which apps add and remove as they like."""

_EDGES = "".join(map(chr, range(0x21)))
_NAME = re.compile(r"[a-z0-9._-]+")
_DOT = "."
_VEILED = re.compile(r"\.\.")
_CUT = re.compile(r"(.{10,}?)\s?(?:…[\w\s]{0,20}|\.\.\.)", re.DOTALL)
"""What an app has cut off: enough of its beginning, and an ellipsis, behind which may stand words for "See more"."""


class Reading(Enum):
    """Whether a text on the screen is the one that was meant."""

    SAME = "same"
    PERHAPS = "perhaps"
    """It reads like it, but so may others: dots stand for what a dump cannot hold, or its end was cut off."""

    OTHER = "other"


def dumped(text: str) -> str:
    """Return a text as a dump holds it: a dot in place of each UTF-16 unit that is no character of XML by itself."""
    return _CLEANED.sub(lambda match: _DOT if match[0] <= _LAST_OF_ONE_UNIT else _DOT * 2, text)


def trimmed(text: str) -> str:
    """Return a text without white space and control characters around it, as apps send it."""
    return text.strip().strip(_EDGES).strip()


def look(text: str) -> str:
    """Return how a text reads on the screen; texts of which people or dumps see no difference look alike.

    White space of any kind counts as one blank, and composed letters as those that they are composed of count.
    """
    seen = _UNSEEN.sub("", dumped(trimmed(text)))
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def reads(shown: str, meant: str) -> bool:
    """Tell whether what the screen shows may be the text that was meant, in full: for what was just typed."""
    return look(shown) == look(meant)


def reading(shown: str, meant: str) -> Reading:
    """Tell whether a text of a dump is the one that was meant, or may be, or is another one."""
    seen, wanted = look(shown), look(meant)
    if seen != wanted:
        return Reading.PERHAPS if _is_cut(seen, wanted) else Reading.OTHER
    return Reading.PERHAPS if is_veiled(meant) else Reading.SAME


def is_veiled(meant: str) -> bool:
    """Tell whether other texts than this one read like it: two dots stand for any emoji."""
    return dumped(meant) != meant or _VEILED.search(look(meant)) is not None


def true_reading(told: str, meant: str) -> Reading:
    """Tell whether a true text, as the phone's server tells it, is the one that was meant."""
    if _bared(told) == _bared(meant):
        return Reading.SAME
    return Reading.PERHAPS if _is_cut(_bared(told), _bared(meant)) else Reading.OTHER


def plain(label: str) -> str:
    """Return a username as it is compared: without `@` and white space, in lower case.

    A name that was meant is not cleaned like a text: usernames hold no letters that a dump cannot hold, and a name with
    such a letter must not be taken for somebody's who has dots there.
    """
    return named(label).casefold()


def named(label: str) -> str:
    """Return a username as a label shows it, without `@` and whatever an app puts around names."""
    return bare_name(_UNSEEN.sub("", label))


def same_name(label: str, username: str) -> bool:
    """Tell whether a label is a username, however both are written.

    Case does not count among plain letters alone: "\u017fam" folds to "sam", and is another name.
    """
    shown, meant = named(label), named(username)
    return shown == meant or (shown.isascii() and meant.isascii() and shown.casefold() == meant.casefold())


def is_name(label: str) -> bool:
    """Tell whether a label has the form of a username: apps also show names that people have chosen freely.

    Letters such as the Kelvin sign are no plain ones, although they fold to them.
    """
    return named(label).isascii() and _NAME.fullmatch(plain(label)) is not None


def titled(label: str, name: str) -> bool:
    """Tell whether a label may be a name that people have given to a thing, such as a sound; case does not count."""
    return look(label).casefold() == look(name).casefold()


def truly_titled(told: str, name: str) -> bool:
    """Tell whether a true text is a name that people have given to a thing; case does not count."""
    return _bared(told).casefold() == _bared(name).casefold()


def _bared(text: str) -> str:
    """Return a true text as it is compared: apps show white space as they like, and compose letters."""
    return unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", trimmed(text)).split()))


def _is_cut(seen: str, wanted: str) -> bool:
    """Tell whether a text may be the beginning of the wanted one, with an ellipsis where the app has cut it off."""
    found = _CUT.fullmatch(seen)
    if found is None or not wanted.startswith(found[1]):
        return False
    cut_off = wanted[len(found[1]) :].lstrip()
    return bool(cut_off) and not cut_off.startswith(("…", "..."))
