"""Working hours: spans of local time for each weekday, also over midnight, and correct when the clock changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, Self, get_args

from phonefleet.words import Message, joined, say

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

_WRITTEN = re.compile(
    r" *([01]?[0-9]|2[0-3])(?::([0-5][0-9]))? *[-\u2013] *([01]?[0-9]|2[0-4])(?::([0-5][0-9]))? *", re.ASCII
)
"""How a span is written: 09:00-18:00, 9-18, 9:30 - 24."""

_DAYS: dict[Weekday, Message] = {
    "monday": say("limits.monday", "monday"),
    "tuesday": say("limits.tuesday", "tuesday"),
    "wednesday": say("limits.wednesday", "wednesday"),
    "thursday": say("limits.thursday", "thursday"),
    "friday": say("limits.friday", "friday"),
    "saturday": say("limits.saturday", "saturday"),
    "sunday": say("limits.sunday", "sunday"),
}

_DAYS_AHEAD = 22
"""How far to look for the next span: a weekly one may fall away on a day that changes the clock, even twice."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one local time to another; an end that is not after the start lies on the next day."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the span that "09:00-18:00" or "9-18" means; "24:00" is the end of the day. Raises `ValueError`."""
        found = _WRITTEN.fullmatch(text)
        if found is None or (found[3] == "24" and int(found[4] or 0)):
            message = say("limits.no_span_hours_write_09", 'is no span of hours: write "09:00-18:00" or "9-18"')
            raise ValueError(message)
        return cls(_clock(found[1], found[2]), _clock(found[3], found[4]))

    def __str__(self) -> str:
        end = "24:00" if self.end == time() else f"{self.end:%H:%M}"
        return f"{self.start:%H:%M}-{end}"

    def on(self, day: date, zone: tzinfo) -> tuple[datetime, datetime] | None:
        """Return when it starts and ends in UTC, on the day on which it starts.

        Where the clock shows a time twice or never, it is shortened to what lies inside by every reading; None if
        nothing is left.
        """
        last_day = day if self.start < self.end else day + timedelta(days=1)
        starts, ends = _readings(day, self.start, zone), _readings(last_day, self.end, zone)
        if max(starts) < min(ends):
            return max(starts), min(ends)
        return (starts[0], ends[0]) if starts[0] < starts[1] and starts[0] < ends[0] else None


def _clock(hour: str, minute: str | None) -> time:
    """Return a time of day; 24:00 is the beginning of the next."""
    return time(int(hour) % 24, int(minute or 0))


@dataclass(frozen=True, slots=True)
class Hours:
    """When an account works: the spans of each weekday; a weekday without any is free."""

    spans: Mapping[Weekday, tuple[Span, ...]]

    def opening(self, instant: datetime, zone: tzinfo) -> datetime | None:
        """Return the first instant of working time from this one on; None when there never is any."""
        today = instant.astimezone(zone).date()
        for day in (today + timedelta(days=offset) for offset in range(-1, _DAYS_AHEAD)):
            if starts := [start for start, end in self._on(day, zone) if end > instant]:
                return max(instant, min(starts))
        return None

    def closing(self, instant: datetime, zone: tzinfo) -> datetime | None:
        """Return when the working time ends in which an instant lies; None when it lies in none."""
        today = instant.astimezone(zone).date()
        spans = (span for day in (today - timedelta(days=1), today) for span in self._on(day, zone))
        return max((end for start, end in spans if start <= instant < end), default=None)

    def __str__(self) -> str:
        days: dict[Weekday, str] = {day: ", ".join(str(span) for span in self.spans.get(day, ())) for day in WEEKDAYS}
        if len(set(days.values())) == 1:
            return days["monday"]
        told: list[Weekday] = [day for day in WEEKDAYS if days[day]]
        return joined("; ", (say("limits.day_hours", "{day} {hours}", day=_DAYS[day], hours=days[day]) for day in told))

    def _on(self, day: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans that start on a day; each may last until the next."""
        for span in self.spans.get(WEEKDAYS[day.weekday()], ()):
            if found := span.on(day, zone):
                yield found


def _readings(day: date, clock_time: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the two instants that a local time may mean; they differ only in the hour that a clock change repeats."""
    local = datetime.combine(day, clock_time, tzinfo=zone)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
