"""A campaigns file with a mistake: the line is told, and nothing is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from phonefleet.client import Client
from tests.client.served import Served, fill, served

HEAD = "campaigns:\n"
GOOD = f"""\
{HEAD}\
  - name: Mornings
    task:
      serials: [device_serial_1]
      script_name: follow
      script_config:
        target_users: [person_0853]
    schedule:
      cron: "0 9 * * *"
      timezone: Europe/Berlin
"""


@pytest.fixture
def api(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    fill(postgres_url)
    with served(postgres_url, tmp_path) as running:
        yield running


MISTAKES = [
    ("0 9 * * *", "0 9 31 2 *", 9, "cron no month of 2 has a day 31"),
    ('cron: "0 9 * * *"', "rrule: FREQ=SOMETIMES", 9, "rrule is no recurrence rule"),
    ('cron: "0 9 * * *"', "rrule: FREQ=DAILY;UNTIL=20200101T000000", 8, "schedule is never due from now on"),
    ("Europe/Berlin", "Europe/Atlantis", 10, "timezone No time zone is named 'Europe/Atlantis'"),
    ("cron:", "crom:", 9, "crom is not known"),
    ("    schedule:", "    jitter: 90000\n    schedule:", 8, "jitter is longer than the time between two due times"),
    ("    schedule:", "    start: 2031-01-02\n    schedule:", 8, "start must be an instant with its offset from UTC"),
    (
        "    schedule:",
        "    end: 2031-01-01T00:00:00Z\n    start: 2031-01-02T00:00:00Z\n    schedule:",
        8,
        "end must lie after start",
    ),
    ("script_name:", "script_nam:", 5, "task.script_nam is not known"),
    ("device_serial_1", "nowhere", 4, "task.serials.0 nowhere was never seen"),
    ("device_serial_1", "group:nowhere", 4, "task.serials.0 "),
    ("target_users", "targt_users", 7, "targt_users is not known"),
    ("- name: Mornings", "- name: [", 2, "is no YAML"),
    ("campaigns:", "campaign:", 1, "campaign is not known; there is only campaigns"),
]


def test_each_mistake_is_told_with_its_line_and_keeps_all_campaigns_back(
    api: Served, run: Callable[..., Any], tmp_path: Path, subtests: pytest.Subtests
) -> None:
    file = tmp_path / "campaigns.yaml"
    for right, wrong, line, complaint in MISTAKES:
        file.write_text(f"{GOOD.replace(right, wrong, 1)}{GOOD.removeprefix(HEAD).replace('Mornings', 'Evenings')}")
        with subtests.test(wrong):
            done = run("campaign", "apply", str(file), api_url=api.url)
            told = " ".join(done.stderr.split())
            assert (done.returncode, complaint in told) == (1, True), told
            assert f"campaigns.yaml:{line}:" in told.replace(" ", "") or complaint == "is no YAML", told
    with Client(api.url) as client:
        assert client.list_campaigns()["total"] == 0


def test_a_file_is_applied_once_shows_what_differs_and_prunes(
    api: Served, run: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "campaigns.yaml"
    file.write_text(GOOD)
    assert "create Mornings" in run("campaign", "apply", str(file), "--dry-run", api_url=api.url).stdout
    assert "create Mornings" in run("campaign", "apply", str(file), api_url=api.url).stdout
    assert "keep   Mornings" in run("campaign", "apply", str(file), api_url=api.url).stdout
    file.write_text(GOOD.replace("0 9", "0 10"))
    told = run("campaign", "apply", str(file), "--dry-run", api_url=api.url).stdout
    assert "schedule.cron: 0 9 * * * → 0 10 * * *" in told
    file.write_text("campaigns: []\n")
    assert "delete Mornings" in run("campaign", "apply", str(file), "--prune", api_url=api.url).stdout
