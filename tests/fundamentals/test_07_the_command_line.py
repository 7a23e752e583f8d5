"""The commands that need phones, against everything that `phonefleet up` runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stack import Stack

Run = Callable[..., Any]


@pytest.fixture
def cli(stack: Stack, run: Run) -> Run:
    """Runs `phonefleet` with the data folder of what runs, as its user would."""
    return lambda *words: run(*words, home=str(stack.home))


def test_all_is_well(cli: Run) -> None:
    done = cli("health")
    assert (done.returncode, "is well" in done.stdout) == (0, True), done.stderr


def test_a_task_is_created_watched_and_shown(cli: Run, stack: Stack) -> None:
    created = json.loads(cli("task", "create", "follow", "-d", "device_serial_1", "-t", "person_0501", "--json").stdout)
    [task_id] = map(str, created["task_ids"])
    watched = cli("task", "watch", task_id)
    assert watched.returncode == 0, watched.stdout + watched.stderr
    assert "1 of 1 tasks have ended" in watched.stderr
    shown = cli("task", "get", task_id).stdout
    assert "completed" in shown
    assert "person_0501" in shown
    assert "done" in shown
    assert len(stack.follows("person_0501")) == 1


def test_a_watched_task_that_fails_fails_the_command_and_says_why(cli: Run) -> None:
    created = json.loads(
        cli("task", "create", "follow", "-d", "device_serial_2", "-t", "nobody_there", "--json").stdout
    )
    watched = cli("task", "watch", str(created["task_ids"][0]))
    assert watched.returncode == 1
    assert "nobody_there" in watched.stdout


def test_a_screen_is_seen_as_a_picture_and_as_views(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "screen.png"
    assert cli("devices", "screenshot", "device_serial_3", str(file)).returncode == 0
    assert file.read_bytes().startswith(b"\x89PNG")
    views = cli("devices", "hierarchy", "device_serial_3")
    assert views.returncode == 0, views.stderr
    assert "<hierarchy" in views.stdout


def test_accounts_are_read_from_a_phone(cli: Run) -> None:
    created = json.loads(cli("devices", "match-accounts", "device_serial_3", "--json").stdout)
    watched = cli("task", "watch", str(created["task_ids"][0]))
    assert watched.returncode == 0, watched.stdout + watched.stderr
    found = json.loads(cli("accounts", "list", "--device", "device_serial_3", "--signed-in", "--json").stdout)
    assert {account["username"] for account in found} >= {"shop_003", "studio_003"}


def test_a_retry_of_what_has_not_failed_is_a_conflict(cli: Run) -> None:
    created = json.loads(cli("task", "create", "follow", "-d", "device_serial_1", "-t", "person_0502", "--json").stdout)
    task_id = str(created["task_ids"][0])
    cli("task", "watch", task_id)
    assert cli("task", "retry", task_id).returncode == 5
    assert cli("task", "stop", task_id).returncode == 5
