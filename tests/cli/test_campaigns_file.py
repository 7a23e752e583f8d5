"""A campaigns file with a mistake: the line is told, and nothing is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from phonefleet.client import Client
from tests.client.served import Served, fill, served

GOOD = """\
campaigns:
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


@pytest.mark.parametrize(
    ("right", "wrong", "line", "complaint"),
    [
        ("0 9 * * *", "0 9 31 2 *", 9, "schedule.cron cron: no month"),
        ("Europe/Berlin", "Europe/Atlantis", 10, "No time zone"),
        ("script_name:", "script_nam:", 5, "task.script_nam is not known"),
        ("device_serial_1", "nowhere", 4, "task.serials.0 nowhere was never seen"),
        ("target_users", "targt_users", 7, "targt_users is not known"),
        ("- name: Mornings", "- name: [", 2, "is no YAML"),
        ("campaigns:", "campaign:", 1, "campaign is not known; there is only campaigns"),
    ],
)
def test_a_mistake_is_told_with_its_line(  # noqa: PLR0913, PLR0917 - a case has so many parts
    api: Served, run: Callable[..., Any], tmp_path: Path, right: str, wrong: str, line: int, complaint: str
) -> None:
    file = tmp_path / "campaigns.yaml"
    file.write_text(GOOD.replace(right, wrong))
    done = run("campaign", "apply", str(file), api_url=api.url)
    told = " ".join(done.stderr.split())
    assert (done.returncode, complaint.removeprefix("schedule.cron cron: ") in told) == (1, True), told
    assert f"campaigns.yaml:{line}" in told.replace(" ", "") or complaint == "is no YAML", told
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
