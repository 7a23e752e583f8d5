"""Times are in one zone, and each table names it once."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from rich.console import Console

from deployments.cli.shared.tables import Column, print_record, print_table
from deployments.cli.shared.times import local_instant, when
from phonefleet.errors import Permanent


@pytest.fixture(autouse=True)
def _zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_TIMEZONE", "Asia/Tokyo")


def _console() -> Console:
    return Console(file=io.StringIO(), width=100)


def _printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_instant_is_shown_in_the_zone_that_is_set() -> None:
    assert when("2026-03-01T08:00:00+01:00") == "2026-03-01 16:00:00"


def test_a_time_without_an_offset_is_meant_in_that_zone() -> None:
    assert local_instant("2026-03-01T08:00").utcoffset() == timedelta(hours=9)


def test_a_table_with_times_names_their_zone_once_and_others_name_none() -> None:
    console = _console()
    rows = [(1, when("2026-03-01T08:00:00+00:00")), (2, when("2026-03-02T08:00:00+00:00"))]
    print_table(console, "Actions", (Column("id"), Column("at")), rows)
    print_table(console, "Phones", (Column("id"),), [(1,)])
    assert _printed(console).count("Asia/Tokyo") == 1
    assert "Actions (times in Asia/Tokyo)" in _printed(console)


def test_a_record_with_times_names_their_zone_once() -> None:
    console = _console()
    print_record(console, [("created", when("2026-03-01T08:00:00+00:00")), ("ended", when("2026-03-01T09:00:00Z"))])
    assert _printed(console).count("Asia/Tokyo") == 1


def test_a_zone_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_TIMEZONE", "Mars/Olympus")
    with pytest.raises(Permanent, match=r"PHONEFLEET_TIMEZONE: No time zone is named 'Mars/Olympus'"):
        when("2026-03-01T08:00:00Z")
