"""Calendar days are those that the clocks of their zone show, on days of 23 and 25 hours too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.limits import day_of

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Asia/Beirut", "America/Havana",
    "Australia/Lord_Howe", "Pacific/Kiritimati", "America/Sao_Paulo",
]  # fmt: skip
zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@given(zones, instants)
def test_each_instant_lies_in_the_day_that_clocks_show(zone: ZoneInfo, instant: datetime) -> None:
    day = day_of(instant, zone)
    assert instant in day
    assert day.date == instant.astimezone(zone).date()
    last = day.end - timedelta(microseconds=1)
    assert day.start.astimezone(zone).date() == last.astimezone(zone).date() == day.date


@given(zones, instants)
def test_days_follow_each_other_without_gap_and_overlap(zone: ZoneInfo, instant: datetime) -> None:
    day = day_of(instant, zone)
    assert day_of(day.end, zone).start == day.end
    assert day_of(day.start - timedelta(microseconds=1), zone).end == day.start


@pytest.mark.parametrize(("date", "hours"), [((2026, 3, 29), 23), ((2026, 6, 1), 24), ((2026, 10, 25), 25)])
def test_a_day_that_changes_the_clock_is_shorter_or_longer(date: tuple[int, int, int], hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    day = day_of(datetime(*date, 12, tzinfo=zone), zone)
    assert day.end - day.start == timedelta(hours=hours)
