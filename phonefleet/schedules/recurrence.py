"""Recurrence rules of RFC 5545, as python-dateutil reads them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from dateutil.rrule import DAILY, WEEKLY, rrule, rrulestr  # pyright: ignore[reportUnknownVariableType] - the library has no types

from phonefleet.schedules.local_time import instant_of
from phonefleet.words import say

LONGEST_RULE = 1000
RULES_BEGIN = datetime(2020, 1, 1)  # noqa: DTZ001 - a local time; the same as Prefect's
_HORIZON = timedelta(days=3660)
_SEVERAL = re.compile(r"EXRULE|RDATE|EXDATE|RRULE.*RRULE", re.IGNORECASE | re.DOTALL)
_UNTIL_IN_UTC = re.compile(r"UNTIL=\w+Z\b", re.IGNORECASE)
_WRONG_PART = re.compile(r"(?:invalid|unknown parameter) '([^']{1,40})'.*", re.DOTALL)
_LONGEST_INTERVAL = 366
_YEARS = range(1970, 2100)
_DAYS_TRIED = 28 * 366
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
        rule: Any = rrulestr(text, dtstart=RULES_BEGIN)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise ValueError(_why_no_rule(text, error)) from error
    _require_an_end_of_the_search(rule)
    return rule


def _require_an_end_of_the_search(rule: Any) -> None:
    """Refuse a rule whose next time the library would look for until the year 9999, or for ever.

    Raises:
        ValueError: its numbers are no counts, it begins too long ago or too late, or no day can ever fit.

    """
    if not 1 <= rule._interval <= _LONGEST_INTERVAL or (rule._count is not None and rule._count < 0):  # noqa: SLF001 - there is no other access
        message = say(
            "schedules.rule_counts", "INTERVAL must be 1 to {most}, and COUNT at least 1", most=_LONGEST_INTERVAL
        )
        raise ValueError(message)
    if rule._dtstart.year not in _YEARS:  # noqa: SLF001 - as above
        message = say(
            "schedules.rule_begins", "DTSTART must lie in the years {first} to {last}", first=_YEARS[0], last=_YEARS[-1]
        )
        raise ValueError(message)
    if not any(_fits(rule, day) for day in _days(rule)):
        message = say("schedules.never_due_from_now", "is never due from now on")
        raise ValueError(message)


def _days(rule: Any) -> Iterator[date]:
    """Yield the days among which one must fit: all combinations of date and weekday come within 28 years."""
    step = rule._interval if rule._freq == DAILY else 1  # noqa: SLF001 - as above
    first = rule._dtstart.date()  # noqa: SLF001 - as above
    return (first + timedelta(days=step * number) for number in range(_DAYS_TRIED))


def _fits(rule: Any, day: date) -> bool:
    """Tell whether a day fits what a rule says of months, dates, weekdays and days of the year, perhaps of weeks."""
    back = day.day - calendar.monthrange(day.year, day.month)[1] - 1
    months, dates, from_end = rule._bymonth, rule._bymonthday, rule._bynmonthday  # noqa: SLF001 - as above
    weekdays, of_year, weeks = rule._byweekday, rule._byyearday, rule._byweekno  # noqa: SLF001 - as above
    year = 366 if calendar.isleap(day.year) else 365
    number, week = day.timetuple().tm_yday, day.isocalendar().week
    return (
        (not months or day.month in months)
        and (not (dates or from_end) or day.day in dates or back in from_end)
        and (not weekdays or day.weekday() in weekdays)
        and (not of_year or number in of_year or number - year - 1 in of_year)
        and (not weeks or min(weeks) < 0 or any(abs(week - each) <= 1 for each in weeks))
    )


def _why_no_rule(text: str, error: Exception) -> str:
    """Return what is wrong with a rule; of the library's own sentences only those that name the part that is wrong."""
    if _UNTIL_IN_UTC.search(text):
        return say(
            "schedules.until_local_time",
            "UNTIL is a time of the schedule's time zone, and is written without Z: UNTIL=20310102T090000",
        )
    wrong = _WRONG_PART.fullmatch(str(error))
    if wrong is not None:
        return say(
            "schedules.wrong_part_of_rule",
            "is no recurrence rule such as FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0: {part!r} is wrong",
            part=wrong[1],
        )
    return say(
        "schedules.no_recurrence_rule",
        "is no recurrence rule such as FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
    )


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
