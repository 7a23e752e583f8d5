"""Durations as people write them: `90` seconds, `10m`, `1h30m`, `2d`; ISO 8601 (`PT10M`, `P90D`) is taken too.

Every command imports this, so Pydantic is loaded only for the one form that it parses.
"""

from __future__ import annotations

import re
from datetime import timedelta

from phonefleet.words import say

_UNITS = {
    "w": "weeks",
    "d": "days",
    "h": "hours",
    "m": "minutes",
    "min": "minutes",
    "s": "seconds",
    "ms": "milliseconds",
}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|min|[wdhms])\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONGEST_TEXT = 100


def parse_duration(text: str) -> timedelta:
    """Return the duration that a text means; a bare number is seconds.

        parse_duration("1h30m")  # timedelta(hours=1, minutes=30)

    Raises:
        ValueError: it means none; the message shows how durations are written.

    """
    wanted = text.strip()
    message = say(
        "durations.no_duration_write_90_seconds",
        "{text!r} is no duration: write 90 (seconds), 10m, 1h30m or 2d",
        text=text[:_LONGEST_TEXT],
    )
    try:
        if _NUMBER.fullmatch(wanted):
            return timedelta(seconds=float(wanted))
        if wanted.upper().startswith("P"):
            return _iso_8601(wanted.upper())
        return _sum(wanted)
    except (ValueError, OverflowError) as error:
        raise ValueError(message) from error


def _iso_8601(text: str) -> timedelta:
    """Return the duration of ISO 8601 that a text means. Raises `ValueError`."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - heavy, and people seldom write durations like this

    return TypeAdapter(timedelta).validate_python(text)


def _sum(text: str) -> timedelta:
    """Return the sum of the parts of `1h30m`, each unit once. Raises `ValueError`."""
    parts = _PART.findall(text)
    units = [_UNITS[unit.lower()] for _, unit in parts]
    if not parts or _PART.sub("", text) or len(set(units)) < len(units):
        raise ValueError(text)
    return timedelta(**{unit: float(number) for unit, (number, _) in zip(units, parts, strict=True)})


def written(duration: timedelta) -> str:
    """Return a duration as people write it: `1h30m`."""
    left, told = duration, ""
    for unit, one in (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1))):
        number, left = divmod(left, one)
        told += f"{number}{unit}" if number else ""
    return f"{told}{left.total_seconds():g}s" if left or not told else told
