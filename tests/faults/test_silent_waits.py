"""What used to wait in silence says why, or goes on by itself. People 0870 to 0889 belong to these tests."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import pytest

from tests.integration.stack import Stack, until

pytestmark = pytest.mark.timeout(900)


def waits_for(stack: Stack, task_id: int, code: str) -> str:
    """Wait until a task gives this reason, and return its sentence."""
    until(f"the reason {code}", lambda: stack.task(task_id)["waits_code"] == code)
    return str(stack.task(task_id)["waits_for"])


def start_by_hand(stack: Stack, parameters: dict[str, Any], name: str = "follow/follow") -> str:
    """Start a run as a person does in Prefect's own form, and return its id."""
    deployment = stack.prefect("GET", f"/deployments/name/{name}")
    made = stack.prefect("POST", f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
    return str(made["id"])


def task_of(stack: Stack, run_id: str) -> dict[str, Any]:
    """Wait for the task of a run that was started by hand to end, and return it."""

    def look() -> dict[str, Any] | None:
        tasks = stack.call("GET", "/task?page_size=100")["tasks"]
        return next((task for task in tasks if task["flow_run_id"] == run_id and task["status"] > 1), None)

    return until("the end of the run", look)


def test_a_task_behind_a_queue_that_was_paused_in_prefect_says_so_and_goes_on(breakable: Stack) -> None:
    serial, queue = breakable.serials[0], f"/work_pools/phones/queues/{breakable.serials[0]}"
    alias = breakable.device(serial)["alias"]
    breakable.prefect("PATCH", queue, {"is_paused": True})
    first, second = (
        *breakable.post("follow", ["person_0870"], [serial]),
        *breakable.post("follow", ["person_0871"], [serial]),
    )
    told = waits_for(breakable, first, "queue_paused")
    assert told == f"the queue of {alias} is paused in Prefect: the task waits until it is resumed there"
    breakable.prefect("PATCH", queue, {"is_paused": False})
    assert [task["status_text"] for task in breakable.finished([first, second])] == ["completed"] * 2
    assert breakable.task(first)["waits_for"] is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows stops no process without ending it")
def test_a_worker_that_gives_no_sign_of_life_is_told_by_tasks_and_by_the_health_check(breakable: Stack) -> None:
    pid = breakable.endpoints["pids"]["worker"]
    os.kill(pid, signal.SIGSTOP)
    try:
        [task_id] = breakable.post("follow", ["person_0872"], breakable.serials[:1])
        told = waits_for(breakable, task_id, "no_worker")
        assert "has given no sign of life since" in told
        assert told.endswith("the task waits until a worker runs")
    finally:
        os.kill(pid, signal.SIGCONT)
    [task] = breakable.finished([task_id])
    assert task["status_text"] == "completed"


def test_a_run_by_hand_may_name_the_alias_or_the_account_and_fails_for_a_phone_that_nobody_knows(
    breakable: Stack,
) -> None:
    serial = breakable.serials[1]
    alias = breakable.device(serial)["alias"]
    account = breakable.call("GET", f"/accounts?serial={serial}")["accounts"][0]["username"]
    by_alias = start_by_hand(breakable, {"serial": alias, "config": {"target_users": ["person_0873"]}})
    by_account = start_by_hand(breakable, {"serial": f"@{account}", "config": {"target_users": ["person_0874"]}})
    nowhere = start_by_hand(breakable, {"serial": "no_such_phone", "config": {"target_users": ["person_0875"]}})
    assert (task_of(breakable, by_alias)["status_text"], task_of(breakable, by_alias)["serial"]) == (
        "completed",
        serial,
    )
    as_account = task_of(breakable, by_account)
    assert (as_account["status_text"], as_account["serial"], as_account["username"]) == ("completed", serial, account)
    failed = task_of(breakable, nowhere)
    assert failed["status_text"] == "failed"
    assert failed["remark"].startswith("No host has ever seen a phone 'no_such_phone'")


def test_a_script_that_cannot_be_imported_fails_with_what_it_raised(breakable: Stack) -> None:
    folder = breakable.home / "scripts"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "broken.py").write_text("from flows.follow import follow\n1 / 0\n")
    (folder / "broken.py").chmod(0o600)
    flow = breakable.prefect("POST", "/flows/", {"name": "broken"})
    wanted = {"name": "phone", "flow_id": flow["id"], "work_pool_name": "phones"}
    breakable.prefect("POST", "/deployments/", wanted | {"entrypoint": f"{folder / 'broken.py'}:follow"})
    run = start_by_hand(breakable, {"serial": breakable.serials[0], "config": {}}, "broken/phone")
    task = task_of(breakable, run)
    assert task["status_text"] == "failed"
    assert "cannot be loaded: ZeroDivisionError: division by zero" in task["remark"]


def test_a_deployment_and_a_queue_that_were_deleted_in_prefect_are_made_again(breakable: Stack) -> None:
    serial = breakable.serials[2]
    breakable.prefect("PATCH", f"/work_pools/phones/queues/{serial}", {"is_paused": True})
    [waiting] = breakable.post("follow", ["person_0876"], [serial])
    until("its run", lambda: breakable.task(waiting)["flow_run_id"])
    breakable.prefect("DELETE", f"/work_pools/phones/queues/{serial}")
    deployment = breakable.prefect("GET", "/deployments/name/unfollow/unfollow")
    breakable.prefect("DELETE", f"/deployments/{deployment['id']}")
    [after] = breakable.post("unfollow", ["person_0876"], [serial])
    tasks = breakable.finished([waiting, after])
    assert [task["status_text"] for task in tasks] == ["completed"] * 2, [task["remark"] for task in tasks]

    def limited() -> bool:
        return bool(breakable.prefect("GET", f"/work_pools/phones/queues/{serial}")["concurrency_limit"] == 1)

    until("the limit of the queue", limited)


def test_a_task_that_completed_without_doing_anything_says_so(breakable: Stack) -> None:
    account = breakable.call("GET", f"/accounts?serial={breakable.serials[0]}")["accounts"][0]["username"]
    config = {"target_users": ["person_0880"]}
    body = {"usernames": [account], "script_name": "follow", "script_config": config}

    def done() -> dict[str, Any]:
        return breakable.finished(breakable.call("POST", "/task", body)["task_ids"])[0]

    assert [task["remark"] for task in (done(), done())] == [
        None,
        "nothing was done: person_0880: it was so already",
    ]


def test_a_normal_failure_leaves_no_traceback_in_the_log_of_its_run(breakable: Stack) -> None:
    [task] = breakable.finished(breakable.post("follow", ["nobody_to_be_found"], breakable.serials[:1]))
    assert task["status_text"] == "failed"

    def lines_to_the_last() -> list[str]:
        wanted = {"logs": {"flow_run_id": {"any_": [task["flow_run_id"]]}}}
        lines = [str(line["message"]) for line in breakable.prefect("POST", "/logs/filter", wanted)]
        return lines if any(task["remark"] in line for line in lines) else []

    assert not [line for line in until("the log", lines_to_the_last) if "Traceback" in line]
