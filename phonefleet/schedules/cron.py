"""Cron expressions of five fields, as crontab(5) describes them; a day may match by its date or by its weekday.

Where one of the two is open the other decides alone. As Prefect has it, `*` is open, and whatever names each day only
beside a field with a star: `0 9 2 * 0-6` is due every day, by its weekday.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Self

from phonefleet.words import say

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAYS = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
_ALIASES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_PART = re.compile(r"(\*|[0-9a-z]{1,3})(?:-([0-9a-z]{1,3}))?(?:/([0-9]{1,3}))?")
_A_LEAP_YEAR = 2024
_SUNDAY = 7


@dataclass(frozen=True, slots=True)
class _Field:
    title: str
    first: int
    last: int
    names: Mapping[str, int]

    @property
    def whole(self) -> frozenset[int]:
        """All possible values; Sunday, which is 0 and 7, is in it once."""
        return frozenset(range(self.first, self.last + 1)) - ({_SUNDAY} if self.names is _WEEKDAYS else frozenset())

    def values(self, text: str) -> frozenset[int]:
        """Return the values that a field names. Raises `ValueError`."""
        found = {value for part in text.split(",") for value in self._part(part)}
        return frozenset(0 if self.names is _WEEKDAYS and value == _SUNDAY else value for value in found)

    def _part(self, text: str) -> Sequence[int]:
        match = _PART.fullmatch(text)
        if match is None:
            raise self._wrong(text)
        first, last, step = match.groups()
        if first == "*" and last is not None:
            raise self._wrong(text)
        begin = self.first if first == "*" else self._value(first, text)
        end = self._value(last, text) if last else self._open_end(begin, first == "*" or step is not None)
        if last and step is None and end < begin:  # over the end: Friday to Monday, 22 to 4 o'clock
            return (*range(begin, self.last + 1), *range(self.first, end + 1))
        if end < begin or (last is not None and end == begin) or (step is not None and int(step) == 0):
            raise self._wrong(text)
        return range(begin, end + 1, int(step or 1))

    def _open_end(self, begin: int, open_: bool) -> int:  # noqa: FBT001 - private
        return max(self.whole) if open_ else begin

    def _value(self, text: str, part: str) -> int:
        value = int(text) if text.isdecimal() else self.names.get(text, -1)
        if not self.first <= value <= self.last:
            raise self._wrong(part)
        return value

    def _wrong(self, part: str) -> ValueError:
        return ValueError(
            say(
                "schedules.no_cron_expression",
                "{part!r} is no {title} of a cron expression: {first} to {last}",
                part=part[:40],
                title=self.title,
                first=self.first,
                last=self.last,
            )
        )


_FIELDS = (
    _Field(say("schedules.minute", "minute"), 0, 59, {}),
    _Field(say("schedules.hour", "hour"), 0, 23, {}),
    _Field(say("schedules.day_of_month", "day of the month"), 1, 31, {}),
    _Field(say("schedules.month", "month"), 1, 12, _MONTHS),
    _Field(say("schedules.weekday", "weekday"), 0, _SUNDAY, _WEEKDAYS),
)

_DAY, _WEEKDAY = 2, 4


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression; weekdays count from Sunday, 0."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an expression. Raises `ValueError` when it is none, or no day can ever match it."""
        parts = _ALIASES.get(text.strip().lower(), text).lower().split()
        if len(parts) != len(_FIELDS):
            message = say(
                "schedules.cron_expression_five_fields_minute",
                "a cron expression has five fields (minute hour day month weekday), not {number}",
                number=len(parts),
            )
            raise ValueError(message)
        values = [field.values(part) for field, part in zip(_FIELDS, parts, strict=True)]
        any_day, any_weekday = (
            values[own] == _FIELDS[own].whole and ("*" in parts[own].split(",") or "*" in parts[other])
            for own, other in ((_DAY, _WEEKDAY), (_WEEKDAY, _DAY))
        )
        minutes, hours, days, months, weekdays = values
        cron = cls(minutes, hours, days, months, weekdays, any_day, any_weekday)
        if not cron._is_possible():
            message = say(
                "schedules.no_month_day_would_never",
                "no month of {parts} has a day {parts2}: this would never be due",
                parts=parts[3],
                parts2=parts[2],
            )
            raise ValueError(message)
        return cron

    def times(self, day: date) -> Iterator[datetime]:
        """Yield the local times of a day, in order, without zone."""
        if self._matches(day):
            for hour, minute in product(sorted(self.hours), sorted(self.minutes)):
                yield datetime.combine(day, time(hour, minute))

    def next_day(self, day: date) -> date:
        """Return the first day from this one on that matches."""
        while not self._matches(day):
            day += timedelta(days=1)
        return day

    def _matches(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return by_date and by_weekday
        return by_date or by_weekday

    def _is_possible(self) -> bool:
        longest = max(calendar.monthrange(_A_LEAP_YEAR, month)[1] for month in self.months)
        return min(self.days) <= longest  # Prefect fails on a date that never comes, also beside a weekday
