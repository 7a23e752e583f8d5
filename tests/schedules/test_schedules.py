"""Due times, held against what Prefect's own schedules yield, over ten years and the jumps of many clocks."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
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

from phonefleet.schedules import Schedule, is_due, jitter_of, last_due, next_due, shortest_period, works_on

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata",
    "Africa/Casablanca", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Europe/London", "America/St_Johns",
)  # fmt: skip
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
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


@settings(max_examples=80)
@given(cron=crons, zone=zones, after=instants)
def test_a_cron_expression_is_due_when_prefect_says(cron: str, zone: str, after: datetime) -> None:
    mine = ours(Schedule(cron=cron, timezone=zone), after, 8)
    assert mine == theirs(CronSchedule(cron=cron, timezone=zone), after, 8)


@pytest.mark.parametrize(
    "cron",
    [
        "0 9 2 * 0-6", "0 9 2 * 0,1,2,3,4,5,6", "0 9 31 * 0-7", "0 9 2 * sun-sat", "0 9 2 * */1", "0 9 */2 * 0-6",
        "0 9 * * 0-6", "0 9 1-31 * 1-3", "0 9 */1 * 1-3", "0 9 1-31 * *", "0 9 1-31 * */2", "0 9 1-31 * 0-6",
        "0 9 */3 * */2", "0 9 2,* * 1", "0 9 2 * 1,*",
    ],
)  # fmt: skip
def test_a_field_that_names_every_day_is_open_when_it_is_for_prefect(cron: str) -> None:
    assert ours(Schedule(cron=cron), BEGIN, 50) == theirs(CronSchedule(cron=cron), BEGIN, 50)


@pytest.mark.parametrize(
    "cron",
    [
        "0 9 * * mon-sun", "0 9 * * sat-sun", "0 9 * * fri-mon", "0 9 * * 5-1", "0 9 * * 5-7", "0 9 * * 6-0",
        "0 9 * * 7-2", "0 22-4 * * *", "50-10 9 * * *", "0 9 28-2 * *", "0 9 * nov-feb *", "0 9 28-2 * fri-mon",
        "0 9 * * sat-sun,wed",
    ],
)  # fmt: skip
def test_a_range_may_go_over_the_end_of_its_field_as_for_prefect(cron: str) -> None:
    assert ours(Schedule(cron=cron), BEGIN, 50) == theirs(CronSchedule(cron=cron), BEGIN, 50)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("cron", ["30 2 * * *", "0 9 * * *", "15 1,2,3 * * *", "0 * * * *"])
def test_a_cron_expression_agrees_with_prefect_at_every_jump_of_ten_years(cron: str, zone: str) -> None:
    for jump in jumps(zone):
        after, number = jump - timedelta(hours=12), 60 if cron.startswith("0 *") else 9
        mine = ours(Schedule(cron=cron, timezone=zone), after, number)
        assert mine == theirs(CronSchedule(cron=cron, timezone=zone), after, number)


@settings(max_examples=80)
@given(seconds=st.integers(5, 24 * 3600 - 1), anchor=instants, zone=zones, after=instants)
def test_an_interval_is_due_when_prefect_says(seconds: int, anchor: datetime, zone: str, after: datetime) -> None:
    mine = Schedule(interval=seconds, anchor=anchor, timezone=zone)
    other = IntervalSchedule(interval=timedelta(seconds=seconds), anchor_date=anchor, timezone=zone)  # type: ignore[arg-type]
    assert ours(mine, after, 10) == theirs(other, after, 10)


def by_walking(hours: Sequence[int], minutes: Sequence[int], zone: str, begin: datetime) -> list[datetime]:
    """Return when a clock shows some times in the two days after an instant, by looking at it each quarter of an hour.

    A time that it shows twice counts the first time. One that it skips lies as long before the end of the jump as it
    would have lain, from Python 3.13 on as long after its begin.
    """
    shown: set[datetime] = set()
    found: set[datetime] = set()
    for at in quarters(begin, 2 * 24 * 4):
        wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        expected = (at - QUARTER).astimezone(ZoneInfo(zone)).replace(tzinfo=None) + QUARTER
        for one in quarters(expected, max((wall - expected) // QUARTER, 0)):
            if one.hour in hours and one.minute in minutes:
                found.add(at + (one - expected) if sys.version_info >= (3, 13) else at - (wall - one))
        if wall not in shown and wall.hour in hours and wall.minute in minutes:
            found.add(at)
        shown.add(wall)
    return sorted(found)


def quarters(begin: datetime, number: int) -> list[datetime]:
    return [begin + QUARTER * each for each in range(number)]


AT_NIGHT = (
    Schedule(cron="0,15,30 0-3 * * *"), Schedule(rrule="FREQ=DAILY;BYHOUR=0,1,2,3;BYMINUTE=0,15,30;BYSECOND=0"),
)  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("schedule", AT_NIGHT, ids=["cron", "rrule"])
def test_who_looks_at_the_clock_all_the_time_says_the_same_at_every_jump_of_ten_years(
    schedule: Schedule, zone: str
) -> None:
    for jump in jumps(zone):
        begin = jump - 12 * HOUR
        walked = by_walking((0, 1, 2, 3), (0, 15, 30), zone, begin)
        inside = [at for at in walked if begin + 6 * HOUR < at < begin + 42 * HOUR]
        due = ours(schedule.model_copy(update={"timezone": zone}), begin + 6 * HOUR, len(inside))
        assert due == inside


@pytest.mark.parametrize("zone", sorted({*ZONES} - {"Africa/Casablanca"}))  # Prefect loses an hour there
def test_a_recurrence_rule_agrees_with_prefect_at_every_jump_of_ten_years(zone: str) -> None:
    for jump in jumps(zone):
        rule = f"DTSTART:{jump - timedelta(days=3):%Y%m%d}T013000\nRRULE:FREQ=DAILY;BYHOUR=0,1,2,3"
        after = jump - 30 * HOUR
        mine = ours(Schedule(rrule=rule, timezone=zone), after, 12)
        assert mine == theirs(RRuleSchedule(rrule=rule, timezone=zone), after, 12)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Africa/Casablanca", "UTC"])
@pytest.mark.parametrize("seconds", [1800, 5400, 6 * 3600])
def test_an_interval_lets_as_much_time_pass_whatever_the_clock_does(seconds: int, zone: str) -> None:
    schedule = Schedule(interval=seconds, anchor=BEGIN, timezone=zone)
    for jump in jumps(zone):
        due = ours(schedule, jump - 12 * HOUR, 60)
        assert {later - earlier for earlier, later in pairwise(due)} == {timedelta(seconds=seconds)}
        assert (due[0] - BEGIN) % timedelta(seconds=seconds) == timedelta(0)


@settings(max_examples=60)
@given(days=st.integers(1, 30), anchor=instants, zone=zones, after=instants)
def test_an_interval_of_days_keeps_to_the_time_of_day_whenever_one_asks(
    days: int, anchor: datetime, zone: str, after: datetime
) -> None:
    schedule = Schedule(interval=days * 86400, anchor=anchor, timezone=zone)
    due, local = ours(schedule, after, 6), anchor.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    walls = [at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at in due]
    # A time that the clock skips is moved by the jump, forward or back.
    moved = ((wall - local + HOUR) % timedelta(days=days) - HOUR for wall in walls)
    assert all(abs(by) in {timedelta(0), HOUR, HOUR / 2} for by in moved)
    assert due == [next(next_due(schedule, at - timedelta(seconds=1))) for at in due]
    assert all(is_due(schedule, at) for at in due)


@pytest.mark.parametrize("zone", ZONES)
def test_prefect_is_told_a_rule_that_comes_to_the_same_as_an_interval_of_days(zone: str) -> None:
    schedule = Schedule(interval=3 * 86400, anchor=BEGIN + 6 * QUARTER, timezone=zone)
    rule = RRuleSchedule(rrule=schedule.rule or "", timezone=zone)
    for jump in jumps(zone)[:6]:
        assert ours(schedule, jump - timedelta(days=4), 5) == theirs(rule, jump - timedelta(days=4), 5)


def test_the_last_due_times_of_a_long_time_are_found_without_looking_at_all() -> None:
    schedule = Schedule(interval=5, anchor=BEGIN, timezone="UTC")
    late = BEGIN + timedelta(days=3650)
    assert last_due(schedule, BEGIN, late, 3) == [late - timedelta(seconds=10), late - timedelta(seconds=5), late]
    yearly = Schedule(cron="0 0 1 1 *", timezone="UTC")
    assert [at.year for at in last_due(yearly, BEGIN, late, 100)] == list(range(2027, 2036))
    assert last_due(yearly, BEGIN, BEGIN + timedelta(days=1), 100) == []


@settings(max_examples=60)
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
        ({"cron": "0 9 31 2 0-6"}, "would never be due"),
        ({"cron": "0 9 31 2 1"}, "would never be due"),
        ({"cron": "0 9 * * fri-mon/2"}, "is no weekday"),
        ({"cron": "61 9 * * *"}, "'61' is no minute"),
        ({"cron": "0 9 * *"}, "has five fields"),
        ({"cron": "0 9 * * nonday"}, "is no weekday"),
        ({"cron": "0 9 * * *", "timezone": "Europe/Atlantis"}, "No time zone is named 'Europe/Atlantis'"),
        ({"cron": "0 9 * * *", "interval": 60}, "exactly one of"),
        ({}, "exactly one of"),
        ({"interval": 90000}, "must be whole days"),
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
