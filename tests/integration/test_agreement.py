"""Prefect and the API never disagree: what happens in the one shows in the other, on phones that really work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.integration.stack import PATIENCE, Stack, until

_numbers: Iterator[int] = count(601)
_LATER = (datetime.now(UTC) + timedelta(days=300)).isoformat()


@pytest.fixture
def person() -> str:
    """Somebody whom no other test follows."""
    return f"person_{next(_numbers):04}"


def shows(stack: Stack, task_id: int, patience: float = PATIENCE, **expected: object) -> dict[str, Any]:
    """Wait until the API shows a task so, and return it."""

    seen: dict[str, Any] = {}

    def look() -> dict[str, Any] | None:
        seen.update(stack.task(task_id))
        return seen if {name: seen[name] for name in expected} == expected else None

    try:
        return until(f"task {task_id} to be {expected}", look, patience)
    except AssertionError as error:
        error.add_note(f"It was last {seen}")
        raise


def in_prefect(stack: Stack, task_id: int) -> dict[str, Any]:
    """Return the task's flow run as Prefect has it, waiting until it has one."""
    run_id = until("the flow run", lambda: stack.task(task_id)["flow_run_id"])
    return stack.prefect("GET", f"/flow_runs/{run_id}")


def await_end_in_prefect(stack: Stack, flow_run_id: str) -> None:
    """Wait until a run is cancelled in Prefect: a stop is answered before that when Prefect is slow."""

    def is_cancelled() -> bool:
        return stack.prefect("GET", f"/flow_runs/{flow_run_id}")["state_type"] == "CANCELLED"

    until("the end of the run", is_cancelled)


def enter(stack: Stack, task_id: int, state_type: str, **more: object) -> None:
    """Let the task's flow run enter a state, as the Prefect UI and its command line do."""
    run = in_prefect(stack, task_id)
    stack.prefect("POST", f"/flow_runs/{run['id']}/set_state", {"state": {"type": state_type, **more}, "force": True})


def waiting(stack: Stack, person: str, serial: str) -> int:
    """Return a task that is scheduled for much later."""
    [task_id] = stack.post("follow", [person], [serial], start_time=_LATER)
    shows(stack, task_id, status=0, state="Scheduled")
    return task_id


def pausing(stack: Stack, person: str, serial: str) -> int:
    """Return a task that runs and pauses for ten minutes before it does anything."""
    ids = stack.post("follow", ["person_0600", person], [serial], min_interval=10, max_interval=10)
    [running] = [task_id for task_id in ids if stack.task(task_id)["wait_seconds"]]
    shows(stack, running, PATIENCE, status=1)
    return running


# --- a run in Prefect -> its task ----------------------------------------------------------------------------


def test_a_waiting_run_that_is_cancelled_in_prefect_is_a_cancelled_task(stack: Stack, person: str) -> None:
    task_id = waiting(stack, person, stack.serials[0])
    enter(stack, task_id, "CANCELLING", name="Cancelling")
    enter(stack, task_id, "CANCELLED", name="Cancelled")
    assert shows(stack, task_id, status=3, state="Cancelled")["remark"] == "cancelled in Prefect"


def test_a_running_run_that_is_cancelled_in_prefect_ends_and_says_so(stack: Stack, person: str) -> None:
    task_id = pausing(stack, person, stack.serials[0])
    enter(stack, task_id, "CANCELLING", name="Cancelling")
    assert shows(stack, task_id, status=3, state="Cancelled")["remark"] == "cancelled in Prefect"
    assert stack.follows(person) == []


def test_a_running_run_that_is_suspended_in_prefect_frees_its_phone_until_it_is_resumed(
    stack: Stack, person: str
) -> None:
    task_id = pausing(stack, person, stack.serials[0])
    enter(stack, task_id, "PAUSED", name="Suspended", state_details={"pause_reschedule": True, "pause_timeout": _LATER})
    shows(stack, task_id, status=0, state="Suspended")
    [other] = stack.finished(stack.post("follow", ["person_0599"], [stack.serials[0]]))
    assert (other["status"], in_prefect(stack, task_id)["state_name"]) == (2, "Suspended")
    enter(stack, task_id, "SCHEDULED", name="Resuming")
    shows(stack, task_id, status=1)
    stack.call("POST", f"/task/{task_id}/stop")
    shows(stack, task_id, status=3, state="Cancelled")


def test_a_run_that_is_scheduled_in_prefect_shows_as_a_task_before_it_starts(stack: Stack, person: str) -> None:
    deployment = stack.prefect("GET", "/deployments/name/follow/follow")
    parameters = {"serial": stack.serials[1], "config": {"target_users": [person]}}
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": _LATER}}
    body = {"parameters": parameters, "state": state}
    run = stack.prefect("POST", f"/deployments/{deployment['id']}/create_flow_run", body)

    def adopted() -> list[dict[str, Any]]:
        return [task for task in stack.call("GET", "/task?source=ui")["tasks"] if task["flow_run_id"] == run["id"]]

    [task] = until("the adoption", adopted)
    assert (task["status"], task["serial"], task["script_name"]) == (0, stack.serials[1], "follow")
    assert stack.call("POST", f"/task/{task['id']}/stop")["remark"] == "stopped"
    await_end_in_prefect(stack, run["id"])


def test_a_run_that_is_retried_in_prefect_is_the_same_task_again(stack: Stack) -> None:
    [task_id] = stack.post("follow", ["nobody_to_retry"], [stack.serials[0]])
    [failed] = stack.finished([task_id])
    enter(stack, task_id, "SCHEDULED", name="AwaitingRetry")
    again = shows(stack, task_id, status=3, retry_count=failed["retry_count"] + 1)
    assert again["flow_run_id"] == failed["flow_run_id"]
    assert "nobody_to_retry" in again["remark"]


@pytest.mark.parametrize(("state", "status"), [("FAILED", 3), ("CRASHED", 3), ("CANCELLED", 3), ("COMPLETED", 2)])
def test_the_end_of_a_task_changes_with_its_run(stack: Stack, person: str, state: str, status: int) -> None:
    [task_id] = stack.post("follow", [person], [stack.serials[0]])
    stack.finished([task_id])
    enter(stack, task_id, state, name="Decided by a person")
    shows(stack, task_id, status=status, state="Decided by a person")


def test_a_run_that_is_deleted_in_prefect_fails_its_task_and_a_retry_makes_another(stack: Stack, person: str) -> None:
    task_id = waiting(stack, person, stack.serials[0])
    run_id = in_prefect(stack, task_id)["id"]
    stack.prefect("DELETE", f"/flow_runs/{run_id}")
    assert shows(stack, task_id, status=3)["remark"] == "its flow run was deleted in Prefect"
    stack.call("POST", f"/task/{task_id}/retry")
    done = shows(stack, task_id, status=2, retry_count=1)
    assert done["flow_run_id"] != run_id
    assert len(stack.follows(person)) == 1


def test_a_running_run_that_is_deleted_in_prefect_stops(stack: Stack, person: str) -> None:
    task_id = pausing(stack, person, stack.serials[2])
    stack.prefect("DELETE", f"/flow_runs/{in_prefect(stack, task_id)['id']}")
    assert shows(stack, task_id, status=3)["remark"] == "its flow run was deleted in Prefect"
    [after] = stack.finished(stack.post("follow", [person], [stack.serials[2]]))
    assert after["status"] == 2


def test_a_paused_queue_lets_its_phone_rest_and_its_tasks_wait(stack: Stack, person: str) -> None:
    serial = stack.serials[1]
    path = f"/work_pools/phones/queues/{serial}"
    stack.prefect("PATCH", path, {"is_paused": True})
    try:
        [resting] = stack.post("follow", [person], [serial])
        [other] = stack.finished(stack.post("follow", [person], [stack.serials[0]]))
        assert other["status"] == 2
        assert shows(stack, resting, status=0)["state"] in {"Scheduled", "Late"}
    finally:
        stack.prefect("PATCH", path, {"is_paused": False})
    assert stack.finished([resting])[0]["status"] == 2


# --- a task in the API -> its run ----------------------------------------------------------------------------


def test_a_stop_ends_a_long_pause(stack: Stack, person: str) -> None:
    task_id = pausing(stack, person, stack.serials[0])
    stack.call("POST", f"/task/{task_id}/stop")
    stopped = shows(stack, task_id, status=3)
    assert (stopped["state"], stopped["remark"]) == ("Cancelled", "stopped")
    await_end_in_prefect(stack, stack.task(task_id)["flow_run_id"])
    assert refusal(stack, f"/task/{task_id}/stop") == 40901
    assert stack.follows(person) == []


def test_a_stop_ends_a_call_to_a_phone_that_is_frozen(stack: Stack, person: str) -> None:
    serial = stack.serials[2]
    stack.order_fault(serial, "freeze")
    try:
        [task_id] = stack.post("follow", [person], [serial])
        shows(stack, task_id, status=1)
        stack.call("POST", f"/task/{task_id}/stop")
        assert shows(stack, task_id, status=3)["remark"] == "stopped"
    finally:
        stack.clear_faults(serial)
    [after] = stack.finished(stack.post("follow", [person], [serial]))
    assert after["status"] == 2


def test_a_pending_task_that_is_stopped_never_starts(stack: Stack, person: str) -> None:
    task_id = waiting(stack, person, stack.serials[0])
    stopped = stack.call("POST", f"/task/{task_id}/stop")
    assert (stopped["status"], stopped["remark"]) == (3, "stopped")
    await_end_in_prefect(stack, stack.task(task_id)["flow_run_id"])
    assert refusal(stack, f"/task/{task_id}/stop") == 40901


def test_a_stopped_task_goes_again_in_the_same_run(stack: Stack, person: str) -> None:
    task_id = waiting(stack, person, stack.serials[0])
    run_id = in_prefect(stack, task_id)["id"]
    stack.call("POST", f"/task/{task_id}/stop")
    stack.call("POST", f"/task/{task_id}/retry")
    done = shows(stack, task_id, status=2, retry_count=1)
    assert done["flow_run_id"] == run_id
    assert len(stack.follows(person)) == 1


def test_a_retry_does_nothing_again_that_was_done(stack: Stack, person: str) -> None:
    [task_id] = stack.post("follow", [person], [stack.serials[0]])
    stack.finished([task_id])
    enter(stack, task_id, "FAILED")
    shows(stack, task_id, status=3)
    stack.call("POST", f"/task/{task_id}/retry")
    done = shows(stack, task_id, status=2, retry_count=1)
    assert [action["state"] for action in done["actions"]] == ["done"]
    assert len(stack.follows(person)) == 1


def test_a_deleted_task_stops_first_and_frees_its_phone(stack: Stack, person: str) -> None:
    serial = stack.serials[1]
    task_id = pausing(stack, person, serial)
    run_id = in_prefect(stack, task_id)["id"]
    assert stack.call("DELETE", f"/task/{task_id}") == {"deleted_count": 1}
    assert refusal(stack, f"/task/{task_id}/stop") == 40401
    await_end_in_prefect(stack, run_id)
    [after] = stack.finished(stack.post("follow", [person], [serial]))
    assert after["status"] == 2


def refusal(stack: Stack, path: str) -> int:
    """Return the code with which the API refuses a POST."""
    with pytest.raises(AssertionError) as refused:
        stack.call("POST", path)
    return int(str(refused.value).split("'code': ")[1].split(",")[0])
