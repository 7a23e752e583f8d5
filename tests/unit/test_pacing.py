"""Waits between tasks and starts by the clock, over ten years of clock changes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.pacing import draw, next_showing, start_instant, waits, zone_named

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Africa/Casablanca",
]
MINUTE = timedelta(minutes=1)
durations = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=31))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds
clock_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(durations, durations, st.integers())
def test_a_draw_lies_between_its_bounds(one: timedelta, other: timedelta, seed: int) -> None:
    shortest, longest = sorted((one, other))
    assert shortest <= draw(shortest, longest, Random(seed)) <= longest


@given(st.lists(st.sampled_from("abc")), st.integers())
def test_only_the_first_task_of_a_phone_does_not_wait(serials: list[str], seed: int) -> None:
    drawn = list(waits(serials, MINUTE, 5 * MINUTE, Random(seed)))
    for position, (serial, wait) in enumerate(zip(serials, drawn, strict=True)):
        assert wait == timedelta(0) if serial not in serials[:position] else MINUTE <= wait <= 5 * MINUTE
    assert drawn == list(waits(serials, MINUTE, 5 * MINUTE, Random(seed)))


def test_draws_spread_over_the_whole_range() -> None:
    rng = Random(1)
    drawn = sorted(draw(timedelta(0), timedelta(seconds=100), rng) for _ in range(1000))
    assert [abs(wait.total_seconds() - place / 10) < 6 for place, wait in enumerate(drawn)] == [True] * 1000


@given(instants, clock_times, st.sampled_from(ZONES))
def test_the_next_showing_is_the_first_minute_at_which_the_clock_shows_the_time(
    now: datetime, clock_time: time, zone_name: str
) -> None:
    zone = ZoneInfo(zone_name)
    start = next_showing(clock_time, now, zone)
    assert now < start
    shown = start.astimezone(zone)
    if shown.time() == clock_time:
        assert not any(instant.astimezone(zone).time() == clock_time for instant in minutes_between(now, start))
    else:
        assert skipped(shown, clock_time, zone)


def minutes_between(now: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the whole minutes after `now` and before `end`."""
    instant = now.replace(second=0, microsecond=0) + MINUTE
    while instant < end:
        yield instant
        instant += MINUTE


def skipped(shown: datetime, clock_time: time, zone: tzinfo) -> bool:
    """Tell whether the clock skips a time on the day before or at which `shown` lies, moved forward by the gap."""
    wanted = datetime.combine(shown.date(), clock_time, tzinfo=zone)
    there_and_back = wanted.astimezone(UTC).astimezone(zone)
    return there_and_back == shown and there_and_back.replace(tzinfo=None) > wanted.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        ("2026-06-01T10:00:00+00:00", "13:00", "2026-06-01T11:00:00+00:00"),
        ("2026-06-01T10:00:00+00:00", "12:00", "2026-06-02T10:00:00+00:00"),
        ("2026-06-01T10:00:00+00:00", "11:59", "2026-06-02T09:59:00+00:00"),
        ("2026-03-29T00:00:00+00:00", "02:30", "2026-03-29T01:30:00+00:00"),
        ("2026-10-25T00:00:00+00:00", "02:30", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T00:45:00+00:00", "02:30", "2026-10-25T01:30:00+00:00"),
        ("2026-06-01T10:00:00+00:00", "2026-06-05T08:00:00+02:00", "2026-06-05T06:00:00+00:00"),
        ("2026-06-01T10:00:00+00:00", "2026-06-05T08:00:00Z", "2026-06-05T08:00:00+00:00"),
        ("2026-06-01T10:00:00+00:00", "2020-01-01T00:00:00Z", "2026-06-01T10:00:00+00:00"),
    ],
)
def test_starts_in_berlin(now: str, text: str, expected: str) -> None:
    start = start_instant(text, datetime.fromisoformat(now), ZoneInfo("Europe/Berlin"))
    assert start == datetime.fromisoformat(expected)
    assert start.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25:99",
        "24:00",
        "9:00",
        "09:60",
        "09:00:00",
        "09:00 ",
        "\uff10\uff19:00",
        "noon",
        "2026-06-05",
        "2026-06-05T08:00",
    ],
)
def test_what_is_no_start_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        start_instant(text, datetime(2026, 6, 1, tzinfo=UTC), UTC)


@given(st.text())
def test_any_text_is_a_start_or_refused(text: str) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    with contextlib.suppress(ValueError):
        assert start_instant(text, now, UTC) >= now


def test_a_start_in_a_far_future_is_refused() -> None:
    with pytest.raises(ValueError, match="ten years"):
        start_instant("2040-01-01T00:00:00Z", datetime(2026, 6, 1, tzinfo=UTC), UTC)


def test_zones_are_named_by_iana_or_are_the_machines() -> None:
    assert zone_named("Europe/Berlin") == ZoneInfo("Europe/Berlin")
    assert datetime(2026, 1, 1, tzinfo=zone_named(None)).utcoffset() is not None
    for wrong in ("Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "a\0b"):
        with pytest.raises(ValueError, match="No time zone"):
            zone_named(wrong)
