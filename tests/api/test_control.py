"""Stop, retry and delete, with a real Prefect server and without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.tasks import control
from phonefleet.ledger import Ledger, StateChange
from phonefleet.ledger.values import Intent
from tests.integration.stack import until

Call = Callable[..., httpx.Response]
TARGETS = {"target_users": ["anna", "bob", "carl"]}


class Fleet:
    """An API with its Prefect server."""

    def __init__(self, call: Call, prefect: httpx.Client, ledger: Ledger) -> None:
        self.call = call
        self.prefect = prefect
        self.ledger = ledger

    def tasks(self, count: int = 1) -> list[int]:
        """Create tasks on one phone and wait until Prefect has them."""
        config = {"target_users": TARGETS["target_users"][:count]}
        body = {
            "serials": ["phone-1"],
            "script_name": "follow",
            "script_config": config,
            "start_time": "2030-01-01T00:00Z",
        }
        task_ids = self.call("POST", "/task", json=body).json()["data"]["task_ids"]
        deadline = time.monotonic() + 60
        while self.ledger.outbox.pending_count():
            assert self.call("GET", "/healthz").is_success
            assert time.monotonic() < deadline
        return task_ids

    def run_of(self, task_id: int) -> dict[str, Any]:
        task = self.ledger.tasks.get(task_id)
        assert task is not None
        return self.prefect.get(f"/flow_runs/{task.flow_run_id}").raise_for_status().json()

    def enter(self, task_id: int, state_type: str, remark: str | None = None) -> None:
        """Let the task's run enter a state and project it, as the worker does."""
        run = self.run_of(task_id)
        body = {"state": {"type": state_type}, "force": True}
        self.prefect.post(f"/flow_runs/{run['id']}/set_state", json=body).raise_for_status()
        at = datetime.fromisoformat(self.run_of(task_id)["state"]["timestamp"])
        self.ledger.tasks.project(task_id, StateChange(state_type, state_type.title(), at, remark=remark))


@pytest.fixture
def fleet(
    open_api: Callable[..., Call], ledger: Ledger, prefect: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fleet]:
    """An API that waits for Prefect's answer to a stop however long it takes."""
    monkeypatch.setattr(control, "_PATIENCE", timedelta(minutes=1))
    with httpx.Client(base_url=prefect, timeout=60) as client:
        yield Fleet(open_api(prefect_api_url=prefect), client, ledger)


def data(answer: httpx.Response) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["code"]) == (200, 0)
    return answer.json()["data"]


def test_a_waiting_task_that_is_stopped_will_not_start(fleet: Fleet) -> None:
    (task_id,) = fleet.tasks()
    stopped = data(fleet.call("POST", f"/task/{task_id}/stop"))
    assert (stopped["status"], stopped["state"], stopped["remark"]) == (3, "Cancelled", "stopped")
    assert stopped["end_time"] is not None
    assert fleet.run_of(task_id)["state_type"] == "CANCELLED"


def test_a_running_task_that_is_stopped_is_asked_to_end(fleet: Fleet) -> None:
    (task_id,) = fleet.tasks()
    fleet.enter(task_id, "RUNNING")
    stopped = data(fleet.call("POST", f"/task/{task_id}/stop"))
    assert (stopped["status"], stopped["state"]) == (1, "Cancelling")
    assert (fleet.run_of(task_id)["state_type"], fleet.run_of(task_id)["state"]["message"]) == ("CANCELLING", "stopped")


def test_a_task_that_prefect_does_not_know_is_stopped_without_it(call: Call, ledger: Ledger) -> None:
    body = {"serials": ["phone-1"], "script_name": "follow", "script_config": TARGETS}
    task_ids = data(call("POST", "/task", json=body))["task_ids"]
    stopped = data(call("POST", f"/task/{task_ids[0]}/stop"))
    assert (stopped["status"], stopped["remark"]) == (3, "stopped")
    assert ledger.outbox.pending_count() == 2
    assert data(call("POST", f"/task/{task_ids[0]}/retry"))["status"] == 0
    assert ledger.outbox.pending_count() == 3
    assert data(call("DELETE", f"/task/{task_ids[0]}")) == {"deleted_count": 1}
    assert ledger.outbox.pending_count() == 2


def test_a_task_whose_run_was_deleted_in_prefect_can_be_stopped(fleet: Fleet) -> None:
    (task_id,) = fleet.tasks()
    fleet.prefect.delete(f"/flow_runs/{fleet.run_of(task_id)['id']}").raise_for_status()
    stopped = data(fleet.call("POST", f"/task/{task_id}/stop"))
    assert (stopped["status"], stopped["remark"]) == (3, "stopped")


@pytest.mark.parametrize("end", ["FAILED", "CRASHED", "CANCELLED"])
def test_a_failed_task_goes_again_in_the_same_flow_run(fleet: Fleet, end: str) -> None:
    (task_id,) = fleet.tasks()
    before = fleet.run_of(task_id)["id"]
    fleet.enter(task_id, "RUNNING")
    fleet.enter(task_id, end, remark="why")
    again = data(fleet.call("POST", f"/task/{task_id}/retry"))
    assert (again["status"], again["state"], again["retry_count"]) == (0, "AwaitingRetry", 1)
    assert (again["remark"], again["end_time"], again["flow_run_id"]) == (None, None, before)
    assert fleet.run_of(task_id)["state_type"] == "SCHEDULED"


def test_a_failed_task_whose_run_was_deleted_gets_a_new_one(fleet: Fleet) -> None:
    (task_id,) = fleet.tasks()
    run_id = fleet.run_of(task_id)["id"]
    fleet.enter(task_id, "FAILED")
    fleet.prefect.delete(f"/flow_runs/{run_id}").raise_for_status()
    assert data(fleet.call("POST", f"/task/{task_id}/retry"))["retry_count"] == 1
    deadline = time.monotonic() + 60
    while fleet.ledger.outbox.pending_count() and time.monotonic() < deadline:
        fleet.call("GET", "/healthz")
    assert fleet.run_of(task_id)["id"] != run_id


def test_all_failed_tasks_go_again_together(fleet: Fleet) -> None:
    first, second, third = fleet.tasks(3)
    fleet.enter(first, "FAILED")
    fleet.enter(third, "CRASHED")
    assert data(fleet.call("POST", "/task/retry-all")) == {"retried_count": 2, "task_ids": [first, third]}
    assert data(fleet.call("GET", f"/task/{second}"))["retry_count"] == 0
    assert data(fleet.call("POST", "/task/retry-all"))["task_ids"] == []


def test_what_a_person_has_stopped_goes_again_only_if_it_is_asked_for(fleet: Fleet) -> None:
    failed, stopped = fleet.tasks(2)
    fleet.enter(failed, "FAILED")
    data(fleet.call("POST", f"/task/{stopped}/stop"))
    assert data(fleet.call("GET", "/task?stopped=true"))["tasks"][0]["id"] == stopped
    assert data(fleet.call("GET", "/task?stopped=false&status=failed"))["tasks"][0]["id"] == failed
    dry = data(fleet.call("POST", "/task/retry-all?dry_run=true"))
    assert dry == {"retried_count": 1, "task_ids": [failed], "dry_run": True}
    assert data(fleet.call("POST", "/task/retry-all?script_name=like"))["task_ids"] == []
    assert data(fleet.call("POST", "/task/retry-all"))["task_ids"] == [failed]
    assert data(fleet.call("POST", "/task/retry-all?stopped=true"))["task_ids"] == [stopped]


def test_what_has_ended_cannot_be_stopped_and_what_has_not_failed_cannot_be_retried(fleet: Fleet) -> None:
    (task_id,) = fleet.tasks()
    assert fleet.call("POST", f"/task/{task_id}/retry").json()["code"] == 40901
    fleet.enter(task_id, "COMPLETED")
    for action in ("stop", "retry"):
        answer = fleet.call("POST", f"/task/{task_id}/{action}")
        assert (answer.status_code, answer.json()["code"]) == (409, 40901)


def test_a_deleted_task_is_gone_from_every_list_and_its_actions_stay(fleet: Fleet) -> None:
    first, second, third = fleet.tasks(3)
    action = fleet.ledger.actions.intend(Intent(first, "follow", "sample", "shop_1", "anna"), datetime.now(UTC), UTC)
    run_id = fleet.run_of(first)["id"]
    assert data(fleet.call("DELETE", f"/task/{first}")) == {"deleted_count": 1}
    assert fleet.call("GET", f"/task/{first}").json()["code"] == 40401
    assert fleet.prefect.get(f"/flow_runs/{run_id}").json()["state_type"] == "CANCELLED"
    assert fleet.ledger.actions.of_task(first) == [action]
    batch = data(fleet.call("DELETE", "/task/batch", json={"task_ids": [second, first, 987654, second]}))
    assert batch == {"deleted_count": 1, "not_found": [first, 987654]}
    # The Prefect server is shared: runs that other tests started there are adopted, so only ours are counted.
    assert [task["id"] for task in data(fleet.call("GET", "/task?source=api"))["tasks"]] == [third]

    def counted() -> int:
        everybodys = data(fleet.call("GET", "/task/stats?by=device"))["by_device"]["phone-1"]["total"]
        return everybodys - data(fleet.call("GET", "/task?source=ui&serial=phone-1"))["total"]

    until("the number of what is left", lambda: counted() == 1)


@pytest.mark.parametrize("path", ["/task/1/stop", "/task/1/retry", "/task/0/stop", f"/task/{2**70}/retry"])
def test_what_is_not_there_cannot_be_controlled(call: Call, path: str) -> None:
    assert call("POST", path).json()["code"] == 40401


@pytest.mark.parametrize(
    "body",
    [{}, {"task_ids": []}, {"task_ids": ["1"]}, {"task_ids": [0]}, {"task_ids": [2**63]}, {"task_ids": [1], "x": 1}],
)
def test_a_batch_names_its_tasks(call: Call, body: dict[str, Any]) -> None:
    assert call("DELETE", "/task/batch", json=body).json()["code"] == 40001


@pytest.mark.parametrize(
    ("before", "after"), [("RUNNING", (1, "Cancelling", "stopped")), ("SCHEDULED", (3, "Cancelled", "stopped"))]
)
def test_without_prefect_a_stop_is_kept_in_the_ledger(
    call: Call, ledger: Ledger, before: str, after: tuple[int, str, str]
) -> None:
    body = {"serials": ["phone-1"], "script_name": "follow", "script_config": TARGETS}
    task_id = data(call("POST", "/task", json=body))["task_ids"][0]
    run_id = uuid4()
    ledger.outbox.submitted(task_id, run_id, StateChange(before, before.title(), datetime.now(UTC)))
    stopped = data(call("POST", f"/task/{task_id}/stop"))
    assert (stopped["status"], stopped["state"], stopped["remark"]) == after
    assert ledger.recalls.of_runs([run_id]) == {run_id: "stopped"}
    assert data(call("DELETE", f"/task/{task_id}")) == {"deleted_count": 1}
