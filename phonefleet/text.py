"""What people and JSON write: lists of names in one string, whole numbers with a point, what a database can keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar, cast

from phonefleet.words import Message, say

T = TypeVar("T")

_SEPARATORS = re.compile(r"[\r\n,]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def split_list(text: str) -> list[str]:
    """Return the items of a list that was typed as one string, separated by line breaks or commas."""
    return [item.strip() for item in _SEPARATORS.split(text) if item.strip()]


def bare_name(name: str) -> str:
    """Return a username without the `@` and the spaces around it."""
    return name.strip().removeprefix("@").strip()


def whole_number(value: object) -> object:
    """Return 5 for 5.0, which to JSON is the same number; anything else stays as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def is_storable(value: object) -> bool:
    """Tell whether PostgreSQL can keep every string inside a JSON value: no NUL, no lone surrogate."""
    return not any(_UNSTORABLE.search(text) for text in _strings(value))


def storable(value: T) -> T:
    """Return a JSON value whose every string PostgreSQL can keep.

    Raises:
        ValueError: it cannot keep one of them.

    """
    if not is_storable(value):
        message = say(
            "text.contains_nul_character_half_surrogate", "contains a NUL character or half of a surrogate pair"
        )
        raise ValueError(message)
    return value


def _strings(value: object) -> Iterator[str]:
    """Yield every string of a JSON value, keys too; not recursive, as a request may nest deeply."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, Mapping):
            pending.extend(cast("Mapping[object, object]", item).keys())
            pending.extend(cast("Mapping[object, object]", item).values())
        elif isinstance(item, list):
            pending.extend(cast("list[object]", item))


def printable(text: str) -> str:
    """Return the text on one line: every control character, line separator and lone surrogate is shown escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def full_name(serial: str, alias: str | None) -> str:
    """Return all that a phone is called.

    Example:
        >>> full_name("R58M12", "front_desk"), full_name("R58M12", None)
        ('front_desk (R58M12)', 'R58M12')

    """
    return f"{alias} ({serial})" if alias else serial


def by_alias(text: str, serial: str, alias: str | None) -> str:
    """Return a sentence in which a phone goes by its alias, if it has one.

    Example:
        >>> by_alias("the screen of R58M12 is locked", "R58M12", "front_desk")
        'the screen of front_desk is locked'

    """
    if not alias or not serial:
        return text
    if isinstance(text, Message):
        return text.mapped(lambda part: by_alias(part, serial, alias))
    return re.sub(rf"(?<![\w.:-]){re.escape(serial)}(?![\w-])", lambda _: alias, text)
