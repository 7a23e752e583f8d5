"""Working hours: spans of local time, over midnight, by weekday, on days that change the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.limits import Hours, Span
from phonefleet.limits.hours import WEEKDAYS, Weekday
from tests.limits.showing import shown

BERLIN = ZoneInfo("Europe/Berlin")
clock_times = st.times().map(lambda value: value.replace(second=0, microsecond=0))
spans = st.builds(Span, clock_times, clock_times)
weeks = st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(spans, min_size=1, max_size=3).map(tuple), min_size=1).map(
    Hours
)
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Beirut"]).map(ZoneInfo)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def hours(**days: str) -> Hours:
    parsed: dict[Weekday, tuple[Span, ...]] = {
        day: tuple(Span.parse(text) for text in days[day].split()) for day in WEEKDAYS if day in days
    }
    return Hours(parsed)


def every_day(text: str) -> Hours:
    return hours(**dict.fromkeys(WEEKDAYS, text))


@given(weeks, zones, instants)
def test_an_account_works_only_when_the_clock_shows_its_hours(week: Hours, zone: ZoneInfo, instant: datetime) -> None:
    opening = week.opening(instant, zone)
    assert opening is not None
    assert opening >= instant
    assert shown(opening, zone, week)
    assert week.opening(opening, zone) == opening


@given(weeks, st.just(ZoneInfo("UTC")), instants)
def test_without_clock_changes_it_works_whenever_the_clock_shows_them(
    week: Hours, zone: ZoneInfo, instant: datetime
) -> None:
    assert (week.opening(instant, zone) == instant) == shown(instant, zone, week)


@pytest.mark.parametrize(
    ("week", "now", "opening"),
    [
        (every_day("09:00-18:00"), "2026-11-24 08:59:59", "2026-11-24 09:00"),
        (every_day("09:00-18:00"), "2026-11-24 17:59:59", "2026-11-24 17:59:59"),
        (every_day("09:00-18:00"), "2026-11-24 18:00", "2026-11-25 09:00"),
        (every_day("09:00-12:00 14:00-18:00"), "2026-11-24 12:30", "2026-11-24 14:00"),
        (every_day("22:00-06:00"), "2026-11-24 03:00", "2026-11-24 03:00"),
        (every_day("22:00-06:00"), "2026-11-24 06:00", "2026-11-24 22:00"),
        (every_day("18:00-24:00"), "2026-11-24 23:59", "2026-11-24 23:59"),
        (every_day("18:00-24:00"), "2026-11-25 00:00", "2026-11-25 18:00"),
        (hours(monday="09:00-17:00"), "2026-11-24 10:00", "2026-11-30 09:00"),
        (hours(friday="22:00-02:00"), "2026-11-28 01:00", "2026-11-28 01:00"),
        (hours(friday="22:00-02:00"), "2026-11-27 01:00", "2026-11-27 22:00"),
    ],
)
def test_it_waits_for_the_next_opening(week: Hours, now: str, opening: str) -> None:
    assert week.opening(local(now).astimezone(UTC), BERLIN) == local(opening)


@pytest.mark.parametrize(
    ("span", "day", "length"),
    [
        ("01:00-05:00", "2026-03-29", 3),  # 2 to 3 does not exist
        ("01:00-05:00", "2026-10-25", 5),  # 2 to 3 comes twice
        ("02:30-03:30", "2026-03-29", 0),
        ("02:00-02:59", "2026-03-29", 0),
        ("22:00-06:00", "2026-03-28", 7),
    ],
)
def test_a_span_is_as_long_as_the_clock_says(span: str, day: str, length: int) -> None:
    found = Span.parse(span).on(datetime.fromisoformat(day).date(), BERLIN)
    assert (found[1] - found[0] if found else timedelta(0)) == timedelta(hours=length)


def test_a_span_inside_the_hour_that_comes_twice_is_worked_once() -> None:
    found = Span.parse("02:10-02:50").on(datetime(2026, 10, 25, tzinfo=UTC).date(), BERLIN)
    assert found == (datetime(2026, 10, 25, 0, 10, tzinfo=UTC), datetime(2026, 10, 25, 0, 50, tzinfo=UTC))


@pytest.mark.parametrize(
    "text", ["", "9", "9-18-20", "24:30-9", "09:00", "09:00-25:00", "24:00-09:00", "09:00-18:00\n", "0\uff19:00-18:00"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="09:00-18:00"):
        Span.parse(text)


@pytest.mark.parametrize("text", ["9-18", "9:00-18:00", " 09:00 - 18 ", "09:00\u201318:00"])
def test_a_span_is_read_as_people_write_it(text: str) -> None:
    assert str(Span.parse(text)) == "09:00-18:00"


@given(spans)
def test_a_span_is_read_as_it_is_written(span: Span) -> None:
    assert Span.parse(str(span)) == span


def test_hours_are_told_in_few_words() -> None:
    assert str(every_day("09:00-18:00")) == "09:00-18:00"
    assert str(hours(monday="09:00-12:00 13:00-24:00", friday="22:00-02:00")) == (
        "monday 09:00-12:00, 13:00-24:00; friday 22:00-02:00"
    )
    assert Span(time(0), time(0)) == Span.parse("00:00-24:00")
