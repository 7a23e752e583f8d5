"""Each process is killed with -9 in the middle of work: everything that was accepted completes, each follow once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from urllib.parse import urlsplit

import adbutils
import httpx
import psutil
import pytest

from deployments.supervision.records import Records
from phonefleet.scripts import FLOWS
from tests.deployments.processes import gone
from tests.faults.follows import each_once
from tests.integration.stack import PATIENCE, Stack, until


def _some_are_done(stack: Stack, ids: list[int], at_least: int) -> bool:
    counted = [task for task in stack.call("GET", "/task?page_size=100")["tasks"] if task["id"] in ids]
    return sum(task["status"] == 2 for task in counted) >= at_least


def _postmaster(stack: Stack) -> int | None:
    """Return the pid of the database server; None while another one takes the place of the last."""
    try:
        return int((stack.home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _all_answer(stack: Stack) -> None:
    """See that everything is ready as soon as the endpoints are written."""
    where = stack.endpoints
    with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
        license_check = client.get(f"{where['api']}/api/v1/license/check").json()
        devices = client.get(f"{where['api']}/api/v1/devices").json()["data"]["devices"]
        world = client.get(f"{where['world']}/world").json()
        prefect = f"{where['prefect']}/api/deployments/filter"
        refused = client.post(prefect, json={})
        deployments = client.post(prefect, json={}, auth=stack.prefect_auth).json()
        page = client.get(where["prefect"], follow_redirects=True)
    assert (license_check["code"], license_check["data"]["api_enabled"]) == (0, True)
    named = {device["alias"]: device["serial"] for device in devices}  # listed by serial
    assert named == {f"device_serial_{number}": serial for number, serial in enumerate(where["serials"], start=1)}
    assert world["follows"], "its people have not forgotten what was done before"
    assert refused.status_code == 401
    assert {deployment["name"] for deployment in deployments} >= set(FLOWS)
    assert "<html" in page.text
    assert all(where["pids"].values())


def _listens(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((address.hostname or "", address.port or 0)) == 0


@pytest.mark.parametrize(("name", "first"), [("worker", 301), ("api", 321)])
def test_a_killed_process_is_started_again_and_every_task_completes_once(
    breakable: Stack, name: str, first: int
) -> None:
    people = [f"person_{number:04}" for number in range(first, first + 3)]
    ids = breakable.post("follow", people, breakable.serials)
    until("work in progress", lambda: _some_are_done(breakable, ids, 2))
    breakable.kill(name)
    assert {task["status"] for task in breakable.finished(ids)} == {2}
    each_once(breakable, people, 9)


def test_what_was_answered_is_there_after_the_api_was_killed_at_once(breakable: Stack) -> None:
    ids = breakable.post("follow", ["person_0331"], breakable.serials)
    breakable.kill("api")
    assert {task["status"] for task in breakable.finished(ids)} == {2}


def test_a_killed_adb_server_is_started_again_and_the_phones_come_back(breakable: Stack) -> None:
    people = ["person_0341", "person_0342"]
    ids = breakable.post("follow", people, breakable.serials)
    until("work in progress", lambda: _some_are_done(breakable, ids, 1))
    port = str(breakable.endpoints["adb_port"])
    subprocess.run([adbutils.adb_path(), "-P", port, "kill-server"], check=True)
    tasks = breakable.finished(ids)
    assert {task["status"] for task in tasks} == {2}, [task["remark"] for task in tasks]
    each_once(breakable, people, 6)


def test_killed_virtual_phones_come_back_with_their_world(breakable: Stack) -> None:
    before = breakable.world()["follows"]
    breakable.kill("virtual")
    until("the phones' return", lambda: breakable.world()["follows"][: len(before)] == before)
    [task] = breakable.finished(breakable.post("follow", ["person_0351"], breakable.serials[:1]))
    assert task["status"] == 2, task["remark"]


def test_a_killed_database_comes_back_with_every_task(breakable: Stack) -> None:
    ids = breakable.post("follow", ["person_0361"], breakable.serials)
    killed = _postmaster(breakable)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until("another database server", lambda: _postmaster(breakable) not in {killed, None})
    until("the database's return", breakable.answers)
    assert {task["status"] for task in breakable.finished(ids)} == {2}
    each_once(breakable, ["person_0361"], 3)


def test_after_sigterm_no_process_is_left_and_interrupted_runs_go_on_at_the_next_start(breakable: Stack) -> None:
    people = [f"person_{number:04}" for number in range(371, 374)]
    ids = breakable.post("follow", people, breakable.serials)
    until("work in progress", lambda: _some_are_done(breakable, ids, 1))
    children = psutil.Process(breakable.process.pid).children(recursive=True)
    addresses = [breakable.endpoints[name] for name in ("api", "prefect", "world")]
    assert breakable.stop() == 0
    until("the end of all processes", lambda: all(gone(child) for child in children))
    assert not any(map(_listens, addresses))
    assert Records(breakable.home / "run").all() == []
    assert not (breakable.home / "endpoints.json").exists()
    breakable.start()
    _all_answer(breakable)
    assert {task["status"] for task in breakable.finished(ids)} == {2}
    each_once(breakable, people, 9)
