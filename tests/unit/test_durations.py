"""Durations and settings as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.durations import parse_duration, written
from phonefleet.settings import Settings, misspelt


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("1.5", 1.5),
        ("90s", 90),
        ("10m", 600),
        ("10 min", 600),
        ("1h30m", 5400),
        (" 1H 30M ", 5400),
        ("1.5h", 5400),
        ("2d", 172_800),
        ("1w", 604_800),
        ("250ms", 0.25),
        ("PT10M", 600),
        ("p90d", 7_776_000),
        ("0", 0),
    ],
)
def test_a_duration_is_read_in_the_forms_that_people_write(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "soon", "10x", "-5", "-5m", "1h1h", "h", "1:30", "P", "1e9999", "9" * 40 + "w", "10m later"]
)
def test_what_is_no_duration_is_refused_with_how_they_are_written(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration: write 90"):
        parse_duration(text)


@given(st.integers(0, 10**8))
def test_what_is_written_is_read_as_the_same(seconds: int) -> None:
    assert parse_duration(written(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_settings_take_durations_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_AUDIT_KEPT", "2w")
    monkeypatch.setenv("PHONEFLEET_RETRY_WAIT", '["0.5", "1m"]')
    settings = Settings()
    assert settings.audit_kept == timedelta(weeks=2)
    assert settings.retry_wait == (timedelta(seconds=0.5), timedelta(minutes=1))


def test_a_misspelt_setting_is_named_with_the_one_that_is_most_like_it() -> None:
    environment = ["PATH", "PHONEFLEET_HOME", "PHONEFLEET_API_PROT", "PHONEFLEET_ZZZ", "PHONEFLEET_TEST_PATIENCE"]
    assert misspelt(environment) == {"PHONEFLEET_API_PROT": "PHONEFLEET_API_PORT", "PHONEFLEET_ZZZ": None}


def test_a_wrong_time_zone_is_refused_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_TIMEZONE", "Europe/Atlantis")
    with pytest.raises(ValueError, match="No time zone is named 'Europe/Atlantis'"):
        Settings()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("90d", timedelta(days=90)),
        ("P30D", timedelta(days=30)),
        ("1d", timedelta(days=1)),
        ("0", None),
        ("0d", None),
        ("Forever", None),
    ],
)
def test_history_is_kept_for_a_time_or_for_ever(
    monkeypatch: pytest.MonkeyPatch, text: str, kept: timedelta | None
) -> None:
    monkeypatch.setenv("PHONEFLEET_HISTORY_KEPT", text)
    assert Settings().history_kept == kept


@pytest.mark.parametrize("text", ["23h", "90", "101y", "40000d", "", "ninety days", "-1d"])
def test_a_time_of_history_that_cannot_be_meant_is_refused_with_what_can(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("PHONEFLEET_HISTORY_KEPT", text)
    with pytest.raises(ValueError, match=r"write .*, or forever, with which nothing is deleted"):
        Settings()
