"""Whether the clock shows a working time, by nothing but its hands and the calendar."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from phonefleet.limits import Hours
from phonefleet.limits.hours import WEEKDAYS


def shown(instant: datetime, zone: ZoneInfo, week: Hours) -> bool:
    here = instant.astimezone(zone)
    now, today, yesterday = here.time(), WEEKDAYS[here.weekday()], WEEKDAYS[(here.weekday() - 1) % 7]
    return any(
        span.start <= now and (now < span.end or span.end <= span.start) for span in week.spans.get(today, ())
    ) or any(span.end <= span.start and now < span.end for span in week.spans.get(yesterday, ()))
