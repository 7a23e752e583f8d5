"""Due times, held against what Prefect's own schedules yield, over ten years and the jumps of many clocks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule
from pydantic import ValidationError

from phonefleet.schedules import Schedule, jitter_of, next_due, shortest_period, works_on

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata",
    "Africa/Casablanca", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Europe/London", "America/St_Johns",
)  # fmt: skip
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
zones = st.sampled_from(ZONES)
instants = st.integers(0, 10 * 365 * 24 * 3600).map(lambda seconds: BEGIN + timedelta(seconds=seconds))


def ours(schedule: Schedule, after: datetime, number: int) -> list[datetime]:
    return list(islice(next_due(schedule, after), number))


def theirs(schedule: Any, after: datetime, number: int) -> list[datetime]:
    """Return Prefect's due times after an instant; around a clock that is set back it names past ones, too."""
    found = asyncio.run(schedule.get_dates(n=number + 5, start=after))
    return sorted({at for at in (date.astimezone(UTC) for date in found) if at > after})[:number]


@cache
def jumps(zone: str) -> list[datetime]:
    """Return the days on which the clock of a zone jumps, over ten years."""
    days = (BEGIN + timedelta(days=day) for day in range(10 * 366))
    offsets = [(at, at.astimezone(ZoneInfo(zone)).utcoffset()) for at in days]
    return [at for (at, one), (_, other) in pairwise(offsets) if one != other]


def fields(first: int, last: int) -> st.SearchStrategy[str]:
    number = st.integers(first, last)
    return st.one_of(
        st.just("*"),
        number.map(str),
        st.lists(number, min_size=2, max_size=4).map(lambda some: ",".join(map(str, some))),
        st.sets(number, min_size=2, max_size=2).map(lambda two: f"{min(two)}-{max(two)}"),
        st.integers(2, 15).map(lambda step: f"*/{step}"),
    )


crons = st.tuples(fields(0, 59), fields(0, 23), fields(1, 28), fields(1, 12), fields(0, 6)).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(cron=crons, zone=zones, after=instants)
def test_a_cron_expression_is_due_when_prefect_says(cron: str, zone: str, after: datetime) -> None:
    mine = ours(Schedule(cron=cron, timezone=zone), after, 8)
    assert mine == theirs(CronSchedule(cron=cron, timezone=zone), after, 8)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("cron", ["30 2 * * *", "0 9 * * *", "15 1,2,3 * * *", "0 * * * *"])
def test_a_cron_expression_agrees_with_prefect_at_every_jump_of_ten_years(cron: str, zone: str) -> None:
    for jump in jumps(zone):
        after, number = jump - timedelta(hours=12), 60 if cron.startswith("0 *") else 9
        mine = ours(Schedule(cron=cron, timezone=zone), after, number)
        assert mine == theirs(CronSchedule(cron=cron, timezone=zone), after, number)


@settings(max_examples=80, deadline=None)
@given(seconds=st.integers(5, 10**6), anchor=instants, zone=zones, after=instants)
def test_an_interval_is_due_when_prefect_says(seconds: int, anchor: datetime, zone: str, after: datetime) -> None:
    mine = Schedule(interval=seconds, anchor=anchor, timezone=zone)
    other = IntervalSchedule(interval=timedelta(seconds=seconds), anchor_date=anchor, timezone=zone)  # type: ignore[arg-type]
    assert ours(mine, after, 10) == theirs(other, after, 10)


@settings(max_examples=60, deadline=None)
@given(
    rule=st.sampled_from([
        "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0", "FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=2;BYMINUTE=30;BYSECOND=0",
        "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18;BYMINUTE=15;BYSECOND=0", "FREQ=DAILY;INTERVAL=3;UNTIL=20300101T000000",
        "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=30;BYSECOND=0", "DTSTART:20260301T093000\nRRULE:FREQ=DAILY;COUNT=30",
    ]),
    zone=zones,
    after=instants,
)  # fmt: skip
def test_a_recurrence_rule_is_due_when_prefect_says(rule: str, zone: str, after: datetime) -> None:
    mine = ours(Schedule(rrule=rule, timezone=zone), after, 10)
    assert mine == theirs(RRuleSchedule(rrule=rule, timezone=zone), after, 10)


@pytest.mark.parametrize(
    ("schedule", "complaint"),
    [
        ({"cron": "0 9 31 2 *"}, "would never be due"),
        ({"cron": "61 9 * * *"}, "'61' is no minute"),
        ({"cron": "0 9 * *"}, "has five fields"),
        ({"cron": "0 9 * * nonday"}, "is no weekday"),
        ({"cron": "0 9 * * *", "timezone": "Europe/Atlantis"}, "No time zone is named 'Europe/Atlantis'"),
        ({"cron": "0 9 * * *", "interval": 60}, "exactly one of"),
        ({}, "exactly one of"),
        ({"interval": 1}, "greater than or equal to 5"),
        ({"cron": "0 9 * * *", "anchor": "2026-01-01T00:00:00Z"}, "only an interval has an anchor"),
        ({"rrule": "every monday"}, "is no recurrence rule"),
        ({"rrule": "FREQ=MINUTELY"}, "recurs too often for a rule"),
        ({"rrule": "FREQ=DAILY\nEXDATE:20260101T000000"}, "must be one RRULE"),
    ],
)
def test_what_cannot_be_a_schedule_is_refused_with_the_reason(schedule: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Schedule.model_validate(schedule)


def test_a_rule_that_is_over_is_never_due() -> None:
    with pytest.raises(ValueError, match="never due"):
        shortest_period(Schedule(rrule="FREQ=DAILY;UNTIL=20200201T000000"), BEGIN)
    with pytest.raises(ValueError, match="never due"):
        shortest_period(Schedule(rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"), BEGIN)


def test_the_shortest_period_is_that_between_the_closest_due_times() -> None:
    assert shortest_period(Schedule(cron="0,10 9 * * *"), BEGIN) == timedelta(minutes=10)
    assert shortest_period(Schedule(interval=45), BEGIN) == timedelta(seconds=45)


@given(due=instants, longest=st.integers(0, 3600))
def test_a_jitter_is_the_same_each_time_it_is_drawn_and_never_too_long(due: datetime, longest: int) -> None:
    drawn = jitter_of(7, due, timedelta(seconds=longest))
    assert timedelta(0) <= drawn <= timedelta(seconds=longest)
    assert drawn == jitter_of(7, due.astimezone(ZoneInfo("Asia/Kolkata")), timedelta(seconds=longest))


def test_working_days_are_those_of_the_zone() -> None:
    friday_night = datetime(2026, 1, 2, 23, 30, tzinfo=UTC)
    assert works_on(friday_night, UTC, ["friday"])
    assert not works_on(friday_night, ZoneInfo("Europe/Berlin"), ["friday"])
    assert works_on(friday_night, UTC, None)
