"""`phonefleet plan --days`: what all campaigns will do, as text and as a picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from deployments.cli.plans.campaign_styles import styles_of
from phonefleet.ledger import Ledger
from phonefleet.limits import Rules
from tests.client.served import Served, fill, served

Run = Callable[..., Any]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def api(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    fill(postgres_url)
    with served(postgres_url, tmp_path) as running:
        yield running


@pytest.fixture
def campaigns(api: Served, run: Run, postgres_url: str) -> None:
    """Two campaigns that want the same phone at the same time, one whose group is empty, and one that is paused."""
    with Ledger(postgres_url, pool_size=1) as ledger:
        ledger.limits.replace(Rules(budgets={"follow": 3}, timezone="UTC"), datetime.now(UTC))
        ledger.devices.change("phone-2", group_name="shop")
    targets = [word for number in range(4) for word in ("-t", f"person_088{number}")]
    noon = ("--cron", "0 12 * * *", "--timezone", "UTC", "--min-interval", "0", "--max-interval", "0")
    create = ("campaign", "create")
    run(*create, "Morning <follows>", "follow", "-u", "shop_001", *targets, *noon, api_url=api.url)
    run(*create, "Likes", "like", "-d", "phone-1", "-t", "sample://post/1", *noon, api_url=api.url)
    run(*create, "Nobody", "follow", "-d", "group:shop", "-t", "person_0880", *noon, api_url=api.url)
    run(*create, "Rests", "follow", "-d", "phone-1", "-t", "person_0880", *noon, "--paused", api_url=api.url)
    with Ledger(postgres_url, pool_size=1) as ledger:
        ledger.devices.change("phone-2", enabled=False)


@pytest.mark.usefixtures("campaigns")
def test_a_plan_of_days_shows_campaigns_on_phones_and_what_stands_against_them(api: Served, run: Run) -> None:
    done = run("plan", "--days", "3", api_url=api.url)
    assert (done.returncode, done.stderr) == (0, "")
    told = " ".join(done.stdout.split())
    assert "campaigns 2 of 4 have something to do" in told
    assert "tasks 15 on 1 phone" in told
    [bar] = [line for line in done.stdout.splitlines() if line.strip().startswith("device_serial_1") and "!" in line]
    assert {"A", "B"} & set(bar)
    assert "! meets a limit" in done.stdout
    assert "Nobody makes no tasks: serials.0 group:shop has no enabled phone" in told
    assert "“Morning <follows>”: 12 tasks would wait until" in told or "@shop_001 has used its 3 follows" in told
    assert "wants 4 follows of @shop_001 on" in told
    assert "on 1 phone, 3 times, for" in told
    assert "Rests follow" in told
    assert "Next times" in done.stdout


@pytest.mark.usefixtures("campaigns")
@pytest.mark.parametrize("columns", ["60", "100", "200"])
def test_a_plan_of_days_fits_the_terminal(api: Served, run: Run, columns: str, clean: pytest.MonkeyPatch) -> None:
    clean.setenv("COLUMNS", columns)
    done = run("plan", "--days", "7", api_url=api.url)
    chart = [line for line in done.stdout.splitlines() if "─" in line or line.startswith(" device_serial_1")]
    assert len(chart) > 2
    assert all(len(line) <= int(columns) for line in chart)


@pytest.mark.usefixtures("campaigns")
def test_a_plan_of_days_is_drawn_with_a_line_a_day_a_colour_a_campaign_and_a_legend(
    api: Served, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "week.svg"
    done = run("plan", "--days", "7", "--svg", str(file), api_url=api.url)
    assert done.stdout.splitlines()[-1] == f"Drew {file}"
    picture = ET.parse(file).getroot()  # noqa: S314 - we wrote it
    plan = json.loads(run("plan", "--days", "7", "--json", api_url=api.url).stdout)
    colours = {styles_of(plan)[one["id"]].web_colour for one in plan["campaigns"] if one["tasks"]}
    assert {shape.get("fill") for shape in picture.iter(f"{SVG}rect")} - {None} == colours
    assert {shape.get("fill") for shape in picture.iter(f"{SVG}circle")} >= colours
    assert len([line for line in picture.iter(f"{SVG}line") if line.get("class") == "day"]) == 7
    assert [shape.get("class") for shape in picture.iter(f"{SVG}polygon")].count("refused") >= 3
    words = [text.text or "" for text in picture.iter(f"{SVG}text")]
    assert "Morning <follows>" in words
    assert any(word.startswith(f"{datetime.now().astimezone() + timedelta(days=2):%a %d %b}") for word in words)
    assert any(word.startswith("Nobody makes no tasks") for word in words)


def test_a_plan_of_days_without_campaigns_says_so_and_can_be_drawn(api: Served, run: Run, tmp_path: Path) -> None:
    done = run("plan", "--days", "1", "--svg", str(tmp_path / "day.svg"), api_url=api.url)
    assert "0 of 0 have something to do" in done.stdout
    ET.parse(tmp_path / "day.svg")  # noqa: S314 - we wrote it


@pytest.mark.usefixtures("campaigns")
def test_paused_campaigns_are_planned_when_asked_for(api: Served, run: Run) -> None:
    done = run("plan", "--days", "1", "--with-paused", api_url=api.url)
    assert "3 of 4 have something to do" in done.stdout


@pytest.mark.parametrize(
    "words",
    [(), ("follow", "--days", "2"), ("--days", "2", "-d", "phone-1"), ("--days", "0"), ("--days", "32")],
    ids=" ".join,
)
def test_what_makes_no_sense_is_wrong_usage(api: Served, run: Run, words: tuple[str, ...]) -> None:
    done = run("plan", *words, api_url=api.url)
    assert (done.returncode, done.stdout) == (2, "")


def test_campaigns_that_do_something_look_different_from_one_another() -> None:
    several: Any = {"campaigns": [{"id": number, "tasks": number % 2} for number in range(12)]}
    looks = styles_of(several)
    assert len({(look.letter, look.colour) for look in looks.values()}) == 12
    assert {looks[number].letter for number in range(1, 12, 2)} == set("ABCDEF")
