"""`phonefleet plan`, and how plans look as text and as a picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from deployments.cli.plans.scale import Scale, format_duration
from phonefleet.ledger import Ledger
from tests.client.served import Served, fill, served

Run = Callable[..., Any]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def api(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    fill(postgres_url)
    with served(postgres_url, tmp_path) as running:
        yield running


def test_a_plan_shows_a_bar_for_each_phone_and_when_it_ends(api: Served, run: Run) -> None:
    done = run("plan", "follow", "-u", "shop_001", "-u", "shop_002", "-t", "person_0913", api_url=api.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 on 2 phones" in done.stdout
    assert "about 20 s, a usual figure: none has run here yet" in done.stdout
    bars = [line for line in done.stdout.splitlines() if "device_serial_" in line and "█" in line]
    assert len(bars) == 2
    assert all(bar.count("█") > 20 and bar.count("░") > 20 for bar in bars)
    assert "Against it" not in done.stdout


def test_a_plan_names_what_stands_against_it(api: Served, run: Run, postgres_url: str) -> None:
    with Ledger(postgres_url, pool_size=1) as ledger:
        ledger.devices.change("phone-1", enabled=False)
    run("limits", "set", "follow=1", api_url=api.url)
    run("do-not-contact", "add", "person_0915", api_url=api.url)
    targets = ("-t", "person_0914", "-t", "person_0915")
    done = run("plan", "follow", "-u", "shop_001", *targets, api_url=api.url)
    assert "is disabled: its tasks wait until it is enabled" in done.stdout
    assert "1 task would wait until" in done.stdout
    assert "@shop_001 has used its 1 follow of today" in done.stdout
    assert "@person_0915 is on the do-not-contact list" in done.stdout


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_a_plan_fits_the_terminal(api: Served, run: Run, columns: str, clean: pytest.MonkeyPatch) -> None:
    clean.setenv("COLUMNS", columns)
    done = run("plan", "follow", "-u", "shop_001", "-t", "person_0916", api_url=api.url)
    chart = [line for line in done.stdout.splitlines() if "█" in line or "─" in line]
    assert chart
    assert all(len(line) <= int(columns) for line in chart)


def test_a_plan_is_drawn_as_a_picture_that_needs_nothing_else(api: Served, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan.svg"
    done = run("plan", "follow", "-d", "device_serial_1", "-t", "person_0917", "--svg", str(file), api_url=api.url)
    assert done.stdout.splitlines()[-1] == f"Drew {file}"
    picture = ET.parse(file).getroot()  # noqa: S314 - we wrote it
    kinds = [shape.get("class") for shape in picture.iter("{http://www.w3.org/2000/svg}rect")]
    assert kinds == ["page", "perhaps", "asked"]
    assert "href" not in file.read_text(encoding="utf-8")


def test_a_plan_for_programs_is_what_the_api_answers(api: Served, run: Run) -> None:
    done = run("plan", "follow", "-d", "phone-1", "-t", "person_0918", "--json", api_url=api.url)
    assert json.loads(done.stdout)["phones"][0]["serial"] == "phone-1"


def test_an_unknown_group_is_one_sentence_that_names_those_that_there_are(api: Served, run: Run) -> None:
    run("devices", "set", "phone-1", "--group", "shop", api_url=api.url)
    done = run("plan", "follow", "-d", "group:shpo", "-t", "person_0919", api_url=api.url)
    assert done.returncode == 1
    assert "group:shpo is no group of phones; there are shop" in done.stderr


@pytest.mark.parametrize(
    ("lasts", "labels"),
    [
        (timedelta(seconds=20), ["12:00:00", "12:00:05", "12:00:10", "12:00:15", "12:00:20"]),
        (timedelta(hours=2), ["12:00", "12:30", "13:00", "13:30", "14:00"]),
        (timedelta(hours=24), ["Mon 12:00", "Mon 18:00", "Tue 00:00", "Tue 06:00", "Tue 12:00"]),
        (timedelta(days=6), ["Wed 04 Mar", "Fri 06 Mar", "Sun 08 Mar"]),
    ],
)
def test_a_scale_is_marked_at_even_times(lasts: timedelta, labels: list[str]) -> None:
    marks = list(Scale(NOON, NOON + lasts).ticks(4))
    assert [label for _, label in marks] == labels
    assert all(0 <= place <= 1 for place, _ in marks)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (4830, "1 h 20 min"), (86_400, "1 d"), (90_000, "1 d 1 h")],
)
def test_a_duration_is_told_in_the_two_units_that_say_most(seconds: int, told: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == told
