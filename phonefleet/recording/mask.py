"""Replaces the names and numbers of people by invented ones, the same one by the same one throughout a recording.

A handle stays a handle, with its `@` if it had one; blanks around a name stay; a number keeps its form. Words that
belong to the app stay, even if somebody is called like one: there only what is known to be a name is replaced.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal

from phonefleet.apps.shown_text import is_name, named

Kind = Literal["handle", "display_name"]

_HANDLE, _NAME = "masked_user_", "Masked Name "
_AT_NAME = re.compile(r"(?<![\w.@])@([^\W_](?:[\w.-]*\w)?|_[\w.-]*\w)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w@/.#-])\+?\(?\d[\d\s\xa0().-]{5,18}\d(?![\w@])")
_LONG = re.compile(r"(?<![\w.,])\d{7,}(?![\w]|[.,]\d)")
_GROUPED = re.compile(r"\d{1,3}(?:[\s\xa0\u202f.]\d{3})+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}.*|\d{1,2}\.\d{1,2}\.\d{2,4}.*")
_FEWEST_DIGITS = 8
"""Of a phone number that is written in groups; what has fewer may be a score, a date or a range."""

_JOINT = re.compile(r"(\s+(?:and|et|und|y|e|и|&)\s+|\s*,\s+)")
"""What stands between the names of people who have done something together."""

_SHORTEST = 3
"""Letters of a name that is replaced in running text; shorter ones only where they are known to be names."""
_SHORTEST_PART = 4


@dataclass(slots=True)
class Mask:
    """What stands for what. `words` are the app's own, in lower case. `keep` replaces nothing.

    First all names are learned, then texts are masked: a name may be told on one screen and mentioned on another.
    """

    words: Collection[str] = frozenset()
    keep: bool = False
    names: dict[str, str] = field(default_factory=dict[str, str])
    """What stands for each name, by its lower-case letters with single blanks."""

    numbers: dict[str, str] = field(default_factory=dict[str, str])
    """What stands for each number or mail address."""

    _parts: dict[str, str] = field(default_factory=dict[str, str])
    """What stands for single words of longer names, as they are written."""

    _known: re.Pattern[str] | None = None

    # --- learning ----------------------------------------------------------------------------------------

    def learn(self, label: str, kind: Kind) -> None:
        """Take note of a label that names somebody, or several people together."""
        if "@" in named(label) or _plain(label) in self.words:
            self.learn_from(label)
            return
        for name in _each_name(label):
            self._learn_one(name, kind)

    def learn_from(self, text: str) -> None:
        """Take note of whoever is mentioned in a text with an `@`."""
        for found in _AT_NAME.finditer(_MAIL.sub(" ", text)):
            self._learn_one(found[1], "handle")

    def _learn_one(self, name: str, kind: Kind) -> None:
        name = _plain(name)
        if not any(map(str.isalnum, name)) or name in self.names or _is_masked(name):
            return
        handle = kind == "handle" and is_name(name)
        self.names[name] = _fresh(_HANDLE if handle else _NAME, self.names)
        self._known = None

    def learn_parts(self, label: str) -> None:
        """Take note of the single words of a display name, by which people are spoken to."""
        parts = [part for part in named(label).split() if len(part) >= _SHORTEST_PART and part[0].isupper()]
        whole = self.names.get(_plain(label))
        if whole is not None and len(named(label).split()) > 1:
            self._parts |= {part: whole.replace(" ", "") for part in parts if part.casefold() not in self.words}
            self._known = None

    # --- masking -----------------------------------------------------------------------------------------

    def label(self, text: str) -> str:
        """Return a label that names people, masked."""
        if self.keep:
            return text
        return "".join(self._name(part) if number % 2 == 0 else part for number, part in enumerate(_JOINT.split(text)))

    def _name(self, part: str) -> str:
        bare = named(part)
        known = self.names.get(_plain(bare))
        return part.replace(bare, known) if bare and known is not None else self.text(part)

    def text(self, text: str) -> str:
        """Return a text, masked: known names, whatever has an `@`, phone numbers, mail addresses, long numbers."""
        if self.keep or not text:
            return text
        text = _MAIL.sub(lambda found: self._mail(found[0]), text)
        text = _PHONE.sub(lambda found: self._phone(found[0]), text)
        text = _LONG.sub(lambda found: self._number(found[0]), text)
        text = _AT_NAME.sub(lambda found: "@" + self.names.get(_plain(found[1]), found[1]), text)
        return self._pattern().sub(self._of, text)

    def typed(self, text: str) -> str:
        """Return what a field holds, masked also if it is only the beginning of a known name."""
        bare = _plain(text)
        begun = (mask for name, mask in self.names.items() if len(bare) > 1 and name.startswith(bare))
        masked = next(begun, None)
        return self.text(text) if self.keep or masked is None else text.replace(named(text), masked)

    def _of(self, found: re.Match[str]) -> str:
        return self.names.get(_plain(found[0])) or self._parts.get(found[0], found[0])

    def _mail(self, address: str) -> str:
        if address.endswith("@masked.example"):
            return address
        return self.numbers.setdefault(address.casefold(), f"mail_{len(self.numbers) + 1}@masked.example")

    def _phone(self, number: str) -> str:
        digits = re.sub(r"\D", "", number)
        harmless = _GROUPED.fullmatch(number) or _DATE.fullmatch(number.strip())
        return number if len(digits) < _FEWEST_DIGITS or harmless else self._number(number)

    def _number(self, number: str) -> str:
        """Return another number of the same form."""
        digits = re.sub(r"\D", "", number)
        if _is_masked_number(digits):
            return number
        masked = iter(self.numbers.setdefault(digits, str(len(self.numbers) + 1).rjust(len(digits), "0")))
        return re.sub(r"\d", lambda _: next(masked), number)

    def _pattern(self) -> re.Pattern[str]:
        if self._known is None:
            anywhere = [name for name in self.names if len(name) >= _SHORTEST and name not in self.words]
            longest = sorted([*anywhere, *self._parts], key=len, reverse=True)
            either = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest)
            self._known = re.compile(rf"(?<![\w-])(?<!\w\.)(?:{either or '(?!)'})(?![\w-]|\.\w)", re.IGNORECASE)
        return self._known


def _each_name(label: str) -> Iterator[str]:
    """Yield the names of a label: of one person, or of several ("a and b", "a, b and 3 others")."""
    for part in _JOINT.split(label)[::2]:
        if not re.match(r"\s*\d", part):
            yield named(part)


def _plain(name: str) -> str:
    return " ".join(named(name).split()).casefold()


def _fresh(prefix: str, taken: dict[str, str]) -> str:
    """Return an invented name that nobody on the screens bears."""
    used = {*taken, *(mask.casefold() for mask in taken.values())}
    return next(name for number in itertools.count(1) if (name := f"{prefix}{number}").casefold() not in used)


def _is_masked(name: str) -> bool:
    """Tell whether a name is invented already: what was recorded of a replay is not masked again."""
    return re.fullmatch(rf"(?:{_HANDLE}|{_NAME})\d+", name, re.IGNORECASE) is not None


def _is_masked_number(digits: str) -> bool:
    return digits.startswith("0000")
