"""What the doctor finds at a running fleet, and what `up` says of the phones that it finds."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from deployments.cli.doctor.fleet_running import (
    Running,
    disk_is_free,
    history_goes,
    prefect_answers,
    tasks_begin,
    worker_works,
)
from deployments.cli.running.where import real_phones
from deployments.launcher.ports import claim
from phonefleet.client import Client
from phonefleet.device.adb.device_list import ListedDevice
from phonefleet.settings import Settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Tasks:
    """The client, as far as the doctor asks for pending tasks."""

    def __init__(self, *tasks: dict[str, Any]) -> None:
        self._tasks = tasks

    def iter_tasks(self, *, status: int) -> Iterator[dict[str, Any]]:
        assert status == 0
        yield from self._tasks


def _pending(number: int, minutes: int, **more: Any) -> dict[str, Any]:
    due = (NOW - timedelta(minutes=minutes)).isoformat()
    return {"id": number, "serial": "R58", "alias": "front_desk", "scheduled_for": due, "remark": None, **more}


def _asked(*tasks: dict[str, Any]) -> tuple[bool | None, str]:
    found = tasks_begin(cast("Client", Tasks(*tasks)), NOW)
    return found.good, found.text


def test_tasks_that_are_not_due_for_long_are_well() -> None:
    assert _asked(_pending(1, 5), _pending(2, -60))[0] is True


def test_tasks_that_wait_too_long_are_told_with_their_phones_and_reasons() -> None:
    good, text = _asked(_pending(1, 30, remark="its phone is offline"), _pending(2, 60))
    assert good is None
    first, second = text.splitlines()
    assert first.startswith("task 2 on front_desk waits since 2026-03-01")
    assert second.endswith(": its phone is offline")


def test_of_many_tasks_that_wait_three_are_named() -> None:
    assert _asked(*(_pending(number, 30) for number in range(9)))[1].splitlines()[-1].startswith("and 6 more")


class Server:
    """The client, as far as the doctor asks what becomes of ended tasks."""

    def __init__(self, **history: Any) -> None:
        self._history = {"kept": "90d", "cleaned_at": None, "deleted": 0, "waiting": 0, "remark": None, **history}

    def is_ready(self) -> dict[str, Any]:
        return {"history": self._history}


def _history(**history: Any) -> tuple[bool | None, list[str]]:
    found = history_goes(cast("Client", Server(**history)))
    return found.good, found.text.splitlines()


def test_how_long_ended_tasks_are_kept_is_told_with_what_was_deleted() -> None:
    good, [line] = _history(cleaned_at=NOW.isoformat(), deleted=7)
    assert good is True
    assert line.startswith("ended tasks are kept for 90d; older ones are deleted, last at 2026-03-01")
    assert line.endswith(": 7 so far")
    assert _history(kept="forever") == (True, ["ended tasks are kept for ever (PHONEFLEET_HISTORY_KEPT)"])


def test_what_keeps_ended_tasks_from_going_is_told() -> None:
    good, lines = _history(waiting=3, remark="Prefect cannot be reached")
    assert good is None
    assert lines[1:] == [
        "3 older ones wait until Prefect has deleted their runs",
        "nothing is deleted now: Prefect cannot be reached",
    ]


def test_where_nothing_runs_that_is_a_note(tmp_path: Path) -> None:
    running = Running.of(tmp_path)
    assert running.adb_port is None
    for check in (prefect_answers, worker_works):
        found = check(running, Settings(home=tmp_path))
        assert (found.good, "phonefleet up" in found.text) == (None, True)


def test_a_server_and_a_worker_that_are_gone_are_faults(tmp_path: Path) -> None:
    where = {"prefect": f"http://127.0.0.1:{claim(0, '')}", "adb_port": 5999, "pids": {"worker": None}}
    (tmp_path / "endpoints.json").write_text(json.dumps(where))
    running = Running.of(tmp_path)
    assert running.adb_port == 5999
    assert prefect_answers(running, Settings(home=tmp_path)).good is False
    assert "its process is gone" in worker_works(running, Settings(home=tmp_path)).text


def test_a_worker_of_which_prefect_tells_nothing_is_a_fault(tmp_path: Path) -> None:
    where = {"prefect": f"http://127.0.0.1:{claim(0, '')}", "pids": {"worker": os.getpid()}}
    (tmp_path / "endpoints.json").write_text(json.dumps(where))
    found = worker_works(Running.of(tmp_path), Settings(home=tmp_path))
    assert (found.good, "Prefect tells nothing of it" in found.text) == (False, True)


@pytest.mark.parametrize(("free", "good"), [(10**8, False), (2 * 10**9, None), (10**10, True)])
def test_the_disk_of_the_data_folder_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, *, good: bool | None
) -> None:
    class Usage:
        def __init__(self, _: object) -> None:
            self.free = free

    monkeypatch.setattr("shutil.disk_usage", Usage)
    found = disk_is_free(tmp_path / "not yet made")
    assert (found.good, "GB free" in found.text) == (good, True)


def test_without_phones_up_says_what_to_do() -> None:
    lines = real_phones([], Settings(app="tiktok"))
    assert len(lines) == 1
    assert "none is ready" in lines[0]
    assert "--virtual" in lines[0]


def test_phones_are_counted_and_what_keeps_one_from_working_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PHONEFLEET_APP", raising=False)
    listed = [ListedDevice("R58", "device"), ListedDevice("R59", "unauthorized")]
    phones, trouble, app = real_phones(listed, Settings())
    assert "1 ready: R58" in phones
    assert "R59 is unauthorized" in trouble
    assert "PHONEFLEET_APP is not set" in app
