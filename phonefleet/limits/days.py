"""Calendar days in a time zone; a day on which the clock changes has 23 or 25 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day: the instants from `start` up to, not including, `end`, both in UTC."""

    date: date
    start: datetime
    end: datetime

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


def day_of(instant: datetime, zone: tzinfo) -> Day:
    """Return the calendar day that clocks in `zone` show at an instant."""
    date = instant.astimezone(zone).date()
    return Day(date, _midnight(date, zone), _midnight(date + timedelta(days=1), zone))


def _midnight(date: date, zone: tzinfo) -> datetime:
    """Return the first instant of a day; where clocks skip midnight, that of the time they skip to."""
    return datetime.combine(date, time(), tzinfo=zone).astimezone(UTC)
