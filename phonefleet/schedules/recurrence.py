"""Recurrence rules of RFC 5545, as python-dateutil reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from dateutil.rrule import rrule, rrulestr  # pyright: ignore[reportUnknownVariableType] - the library has no types

LONGEST_RULE = 1000
_ANCHOR = datetime(2020, 1, 1)  # noqa: DTZ001 - a local time; the same as Prefect's
_HORIZON = timedelta(days=3660)
_SEVERAL = re.compile(r"EXRULE|RDATE|EXDATE|RRULE.*RRULE", re.IGNORECASE | re.DOTALL)
_TOO_OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)


def parsed(text: str) -> Any:
    """Return the rule. Raises `ValueError` when it is none, or says more than one rule can."""
    if len(text) > LONGEST_RULE or _SEVERAL.search(text):
        message = "must be one RRULE, with a DTSTART or without, and no dates besides"
        raise ValueError(message)
    if found := _TOO_OFTEN.search(text):
        message = f"FREQ={found[1].upper()} recurs too often for a rule: use interval, or cron"
        raise ValueError(message)
    try:
        return rrulestr(text, dtstart=_ANCHOR)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        message = f"is no recurrence rule such as FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0: {error}"
        raise ValueError(message) from error


def recurrences(text: str, zone: tzinfo, start: datetime) -> Iterator[datetime]:
    """Yield the instants of a rule from `start` on, for ten years."""
    rule = parsed(text)
    last = start.astimezone(zone).replace(tzinfo=zone) + _HORIZON
    until = last if rule._until is None else min(last, rule._until.replace(tzinfo=zone))  # noqa: SLF001 - as Prefect
    count = {} if rule._count is None else {"until": None}  # noqa: SLF001 - a rule has a count or an end
    bounded: rrule = rule.replace(dtstart=rule._dtstart.replace(tzinfo=zone), **({"until": until} | count))  # noqa: SLF001
    for local in bounded:
        at: datetime = local.astimezone(UTC)
        if at > start + _HORIZON:
            return
        if at >= start:
            yield at
