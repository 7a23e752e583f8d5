"""Recurrence rules of RFC 5545, as python-dateutil reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Any

from dateutil.rrule import DAILY, WEEKLY, rrule, rrulestr  # pyright: ignore[reportUnknownVariableType] - the library has no types

from phonefleet.schedules.local_time import instant_of
from phonefleet.words import say

LONGEST_RULE = 1000
RULES_BEGIN = datetime(2020, 1, 1)  # noqa: DTZ001 - a local time; the same as Prefect's
_HORIZON = timedelta(days=3660)
_SEVERAL = re.compile(r"EXRULE|RDATE|EXDATE|RRULE.*RRULE", re.IGNORECASE | re.DOTALL)
_TOO_OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)


def parsed(text: str) -> Any:
    """Parse a rule. Raises `ValueError` when it is none, or holds more than one rule."""
    if len(text) > LONGEST_RULE or _SEVERAL.search(text):
        message = say(
            "schedules.must_one_rrule_dtstart_without",
            "must be one RRULE, with a DTSTART or without, and no dates besides",
        )
        raise ValueError(message)
    if found := _TOO_OFTEN.search(text):
        message = say(
            "schedules.freq_recurs_too_often_rule",
            "FREQ={upper} recurs too often for a rule: use interval, or cron",
            upper=found[1].upper(),
        )
        raise ValueError(message)
    try:
        return rrulestr(text, dtstart=RULES_BEGIN)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        message = say(
            "schedules.no_recurrence_rule_such_freq",
            "is no recurrence rule such as FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0: {error}",
            error=error,
        )
        raise ValueError(message) from error


def begun(text: str) -> str:
    """Return a rule with DTSTART, which Prefect adds to a rule that has none."""
    return text if "DTSTART" in text.upper() else f"DTSTART:{RULES_BEGIN:%Y%m%dT%H%M%S}\n{text}"


def recurrences(text: str, zone: tzinfo, start: datetime) -> Iterator[datetime]:
    """Yield the instants of a rule from `start` on, for ten years."""
    rule = parsed(text)
    last = start.astimezone(zone).replace(tzinfo=zone) + _HORIZON
    until = last if rule._until is None else min(last, rule._until.replace(tzinfo=zone))  # noqa: SLF001 - as Prefect
    count = {} if rule._count is None else {"until": None}  # noqa: SLF001 - a rule has a count or an end
    begin = _near(rule, start.astimezone(zone).replace(tzinfo=None))
    bounded: rrule = rule.replace(dtstart=begin.replace(tzinfo=zone), **({"until": until} | count))
    for local in bounded:
        at = instant_of(local.replace(tzinfo=None), zone)
        if at > start + _HORIZON:
            return
        if at >= start:
            yield at


def _near(rule: Any, start: datetime) -> datetime:
    """Return a start shortly before an instant, from which a rule without COUNT has the same times."""
    begin: datetime = rule._dtstart.replace(tzinfo=None)  # noqa: SLF001 - as above
    days = {WEEKLY: 7, DAILY: 1}.get(rule._freq)  # noqa: SLF001 - as above
    if days is None or rule._count is not None:  # noqa: SLF001 - as above
        return begin
    period = timedelta(days=days * rule._interval)  # noqa: SLF001 - as above
    return begin + max((start - begin) // period - 2, 0) * period
