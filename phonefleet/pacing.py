"""When tasks start and how long a phone waits between them; pure, with time and randomness passed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from random import Random
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal

from phonefleet.words import say

LATEST_START = timedelta(days=3660)
"""How far ahead a start may lie."""

_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def draw(shortest: timedelta, longest: timedelta, rng: Random) -> timedelta:
    """Return a random duration between the two, drawn uniformly, to the millisecond."""
    seconds = rng.uniform(shortest.total_seconds(), longest.total_seconds())
    return min(max(timedelta(milliseconds=round(seconds * 1000)), shortest), longest)


def waits(serials: Iterable[str], shortest: timedelta, longest: timedelta, rng: Random) -> Iterator[timedelta]:
    """Yield the wait before each task: none before the first one of a phone, a drawn one before the others."""
    begun: set[str] = set()
    for serial in serials:
        yield draw(shortest, longest, rng) if serial in begun else timedelta(0)
        begun.add(serial)


def zone_named(name: str | None) -> tzinfo:
    """Return the zone with this IANA name, or the machine's zone when there is none.

    Raises:
        ValueError: no zone has this name.

    """
    if name is None:
        return tzlocal.get_localzone()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = say(
            "pacing.no_time_zone_named_use",
            "No time zone is named {name!r}: use an IANA name such as Europe/Berlin.",
            name=name,
        )
        raise ValueError(message) from error


def start_instant(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Return the UTC instant that a start time means: "HH:MM" in `zone`, or an ISO 8601 instant.

    An instant in the past means now.

    Raises:
        ValueError: the text is neither, or lies too far ahead.

    """
    if _CLOCK_TIME.fullmatch(text):
        return next_showing(clock_time(text), now, zone)
    instant = max(_instant(text), now)
    if instant - now > LATEST_START:
        message = say("pacing.lies_more_than_ten_years", "lies more than ten years ahead")
        raise ValueError(message)
    return instant


def clock_time(text: str) -> time:
    """Return the time of day that "HH:MM" means. Raises `ValueError`."""
    found = _CLOCK_TIME.fullmatch(text)
    if found is None:
        message = say(
            "pacing.no_time_day_write_hh", "{text!r} is no time of day: write HH:MM, such as 08:00", text=text[:20]
        )
        raise ValueError(message)
    return time(int(found[1]), int(found[2]))


def next_showing(clock_time: time, now: datetime, zone: tzinfo) -> datetime:
    """Return when the clock next shows a time of day; a time that the clock skips moves forward by the gap."""
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=offset) for offset in range(3))
    return min(instant for day in days for instant in _showings(day, clock_time, zone) if instant > now)


def _showings(day: date, clock_time: time, zone: tzinfo) -> Iterator[datetime]:
    """Yield the instants when the clock shows a time on a day: one, or two when the clock is set back."""
    local = datetime.combine(day, clock_time, tzinfo=zone)
    first = local.astimezone(UTC)
    yield first
    second = local.replace(fold=1).astimezone(UTC)
    if second > first:
        yield second


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    message = say("pacing.neither_hh_mm_nor_iso", 'is neither "HH:MM" nor an ISO 8601 instant with an offset')
    raise ValueError(message)
