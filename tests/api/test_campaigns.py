"""Campaigns over HTTP, and against a real Prefect server: due times, and edits on either side."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
import pytest

from phonefleet.ledger import Ledger, TaskFilter
from phonefleet.settings import Settings
from tests.api.conftest import serving

Call = Callable[..., httpx.Response]
TASK = {
    "serials": ["phone-1", "device_serial_2"],
    "script_name": "follow",
    "script_config": {"target_users": ["person_0850", "person_0851"]},
}
YEARLY = {"cron": "0 9 1 1 *", "timezone": "Europe/Berlin"}
PATIENCE = 90


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


def create(call: Call, **more: Any) -> dict[str, Any]:
    body = {"name": f"campaign {uuid4()}", "task": TASK, "schedule": YEARLY, **more}
    return data(call("POST", "/campaigns", json=body))


def until(what: str, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, f"no {what}"
        time.sleep(0.1)


# --- over HTTP ---------------------------------------------------------------------------------------------


def test_a_campaign_is_shown_as_it_was_entered_with_its_next_due_times(call: Call) -> None:
    made = create(call, jitter=60, working_days=["monday"], schedule={"cron": "30 9 * * *", "timezone": "Asia/Kolkata"})
    shown = data(call("GET", f"/campaigns/{made['id']}"))
    assert shown == {**made, "firings": []}
    assert (shown["overlap"], shown["catch_up"], shown["jitter"]) == ("queue", "last", 60)
    due = [datetime.fromisoformat(at) for at in shown["next_due"]]
    assert len(due) == 5
    assert {(at.hour, at.minute, at.weekday()) for at in due} == {(4, 0, 0)}
    assert shown["deployment_url"] is None
    listed = data(call("GET", "/campaigns", params={"name": made["name"]}))
    assert (listed["campaigns"], listed["total"]) == ([made], 1)


def test_what_is_left_open_is_decided_when_a_campaign_is_entered(call: Call) -> None:
    made = create(call, schedule={"interval": 3600})
    assert made["schedule"]["timezone"] == "Europe/Berlin"
    assert datetime.fromisoformat(made["schedule"]["anchor"]).microsecond == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"schedule": {"cron": "0 9 31 2 *"}}, "schedule.cron"),
        ({"schedule": {"cron": "0 9 * * *", "timezone": "Europe/Atlantis"}}, "schedule.timezone"),
        ({"schedule": {"rrule": "FREQ=DAILY;UNTIL=20200101T000000"}}, "schedule"),
        ({"schedule": {}}, "schedule"),
        ({"jitter": 700, "schedule": {"interval": 600}}, "jitter"),
        ({"start": "2031-01-02T00:00:00Z", "end": "2031-01-01T00:00:00Z"}, "body"),
        ({"end": "2020-01-01T00:00:00Z"}, "end"),
        ({"working_days": ["someday"]}, "working_days.0"),
        ({"overlap": "maybe"}, "overlap"),
        ({"task": {**TASK, "start_time": "09:00"}}, "body"),
        ({"task": {**TASK, "serials": ["nowhere"]}}, "task.serials.0"),
        ({"task": {**TASK, "script_config": {"typo": 1}}}, "task.script_config.target_users"),
        ({"name": ""}, "name"),
        ({"tyop": 1}, "tyop"),
    ],
)
def test_what_cannot_work_is_refused_with_the_field(call: Call, change: dict[str, Any], field: str) -> None:
    answer = call("POST", "/campaigns", json={"name": "wrong", "task": TASK, "schedule": YEARLY, **change})
    assert answer.status_code == 400
    assert field in [error["field"] for error in answer.json()["data"]["errors"]], answer.text
    assert data(call("GET", "/campaigns"))["total"] == 0


def test_a_campaign_is_changed_paused_resumed_and_deleted(call: Call) -> None:
    made = create(call)
    path = f"/campaigns/{made['id']}"
    changed = data(call("PATCH", path, json={"jitter": 5, "working_days": ["friday"], "end": "2035-01-01T00:00:00Z"}))
    assert (changed["jitter"], changed["working_days"], changed["task"]) == (5, ["friday"], made["task"])
    assert data(call("PATCH", path, json={"working_days": None, "end": None}))["end"] is None
    assert call("PATCH", path, json={"jitter": None}).status_code == 400
    assert call("PATCH", path, json={"jitter": 10**6, "schedule": {"interval": 60}}).status_code == 400
    paused = data(call("POST", f"{path}/pause"))
    assert (paused["paused"], paused["next_due"]) == (True, [])
    assert data(call("POST", f"{path}/resume"))["next_due"] == made["next_due"]
    assert data(call("DELETE", path)) == {"deleted_count": 1}
    for method, address in (("GET", path), ("PATCH", path), ("DELETE", path), ("POST", f"{path}/run")):
        assert call(method, address, json={} if method == "PATCH" else None).json()["code"] == 40401


def test_two_campaigns_do_not_have_one_name(call: Call) -> None:
    made = create(call)
    answer = call("POST", "/campaigns", json={"name": made["name"], "task": TASK, "schedule": YEARLY})
    assert answer.json()["code"] == 40901


def test_a_run_makes_the_tasks_of_a_post_at_once(call: Call, ledger: Ledger) -> None:
    made = create(call, paused=True)
    fired = data(call("POST", f"/campaigns/{made['id']}/run"))
    assert (fired["outcome"], fired["remark"], fired["tasks"]) == ("fired", "4 tasks", 4)
    tasks = ledger.tasks.page(TaskFilter(campaign_id=made["id"], source="campaign")).items
    assert sorted((task.serial, task.script_config["target_users"][0]) for task in tasks) == [
        (serial, target) for serial in ("phone-1", "phone-2") for target in ("person_0850", "person_0851")
    ]
    assert data(call("GET", f"/campaigns/{made['id']}"))["firings"] == [fired]


def test_an_overlap_is_skipped_or_ends_the_tasks_of_before(call: Call, ledger: Ledger) -> None:
    skipping, ending = create(call, overlap="skip"), create(call, overlap="cancel")
    outcomes = [data(call("POST", f"/campaigns/{skipping['id']}/run"))["outcome"] for _ in range(2)]
    assert outcomes == ["fired", "skipped"]
    for _ in range(2):
        data(call("POST", f"/campaigns/{ending['id']}/run"))
    tasks = ledger.tasks.page(TaskFilter(campaign_id=ending["id"])).items
    assert [task.status for task in tasks] == [0] * 4 + [3] * 4
    assert [task.remark == "stopped" for task in tasks] == [False] * 4 + [True] * 4


def test_the_order_of_each_phone_is_drawn_where_that_is_wanted(call: Call, ledger: Ledger) -> None:
    targets = [f"person_{number:04}" for number in range(850, 880)]
    made = create(call, random_order=True, task={**TASK, "script_config": {"target_users": targets}})
    data(call("POST", f"/campaigns/{made['id']}/run"))
    tasks = ledger.tasks.page(TaskFilter(campaign_id=made["id"], serial="phone-1"), size=100).items
    order = [task.script_config["target_users"][0] for task in sorted(tasks, key=lambda task: task.scheduled_for)]
    assert order != targets
    assert sorted(order) == targets


# --- with Prefect ------------------------------------------------------------------------------------------


@contextmanager
def turning(settings: Settings, prefect: str) -> Generator[Call]:
    """Run a facade in a loop of its own that turns all the time."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running = serving(settings.model_copy(update={"prefect_api_url": prefect}))

    def wait_for(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE)

    try:
        client = wait_for(running.__aenter__())

        def call(method: str, path: str, **options: Any) -> httpx.Response:
            return wait_for(client.request(method, path, **options))

        yield call
    finally:
        wait_for(running.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def served(settings: Settings, ledger: Ledger, prefect: str) -> Iterator[Call]:
    assert ledger.campaigns.all() == []
    with turning(settings, prefect) as call:
        yield call


@pytest.fixture
def there(prefect: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=prefect, timeout=60) as client:
        yield client


def deployment(call: Call, there: httpx.Client, campaign: dict[str, Any]) -> dict[str, Any]:
    """Wait until Prefect knows a campaign as it is, and return what it knows."""
    found: list[dict[str, Any]] = []

    def look() -> bool:
        answer = there.get(f"/deployments/name/campaign/{campaign['name']}")
        found[:] = [answer.json()] if answer.is_success else []
        return bool(found) and shown(call, campaign)["deployment_url"] is not None

    until("deployment", look)
    return found[0]


def shown(call: Call, campaign: dict[str, Any]) -> dict[str, Any]:
    return data(call("GET", f"/campaigns/{campaign['id']}"))


def remove(call: Call, there: httpx.Client, campaign: dict[str, Any]) -> None:
    data(call("DELETE", f"/campaigns/{campaign['id']}"))

    def gone() -> bool:
        return there.get(f"/deployments/name/campaign/{campaign['name']}").status_code == 404

    until("end of the deployment", gone)


def test_a_campaign_fires_at_each_due_time_once(served: Call, there: httpx.Client, ledger: Ledger) -> None:
    made = create(served, schedule={"interval": 5}, task={**TASK, "serials": ["phone-1"]}, catch_up="all")
    until("three firings", lambda: len(shown(served, made)["firings"]) >= 3)
    firings = shown(served, made)["firings"]
    due = [datetime.fromisoformat(firing["due_at"]) for firing in firings]
    assert {earlier - later for earlier, later in pairwise(due)} == {timedelta(seconds=5)}
    assert {(firing["outcome"], firing["tasks"]) for firing in firings} == {("fired", 2)}
    remove(served, there, made)
    numbers = [firing.tasks for firing in ledger.campaigns.firings(made["id"], 100)]
    assert ledger.tasks.page(TaskFilter(campaign_id=made["id"])).total == sum(numbers)


def test_a_change_here_shows_in_prefect(served: Call, there: httpx.Client) -> None:
    made = create(served)
    before = deployment(served, there, made)
    assert before["schedules"][0]["schedule"]["cron"] == "0 9 1 1 *"
    assert before["parameters"]["task"]["script_name"] == "follow"
    data(served("PATCH", f"/campaigns/{made['id']}", json={"schedule": {"cron": "0 10 1 1 *"}, "jitter": 9}))
    data(served("POST", f"/campaigns/{made['id']}/pause"))
    until("change", lambda: deployment(served, there, made)["paused"])
    after = deployment(served, there, made)
    assert (after["schedules"][0]["schedule"]["cron"], after["parameters"]["jitter"]) == ("0 10 1 1 *", 9)
    remove(served, there, made)


def test_a_change_in_prefect_shows_here(served: Call, there: httpx.Client) -> None:
    made = create(served)
    before = deployment(served, there, made)
    parameters = {**before["parameters"], "jitter": 30, "working_days": ["sunday"]}
    there.patch(f"/deployments/{before['id']}", json={"parameters": parameters}).raise_for_status()
    until("parameters", lambda: shown(served, made)["working_days"] == ["sunday"])
    schedule = f"/deployments/{before['id']}/schedules/{before['schedules'][0]['id']}"
    body = {"schedule": {"cron": "5 5 5 5 *", "timezone": "UTC"}, "active": False}
    there.patch(schedule, json=body).raise_for_status()
    until("schedule", lambda: shown(served, made)["schedule"]["cron"] == "5 5 5 5 *")
    now = shown(served, made)
    assert (now["paused"], now["jitter"], now["schedule"]["timezone"], now["note"]) == (True, 30, "UTC", None)
    remove(served, there, made)


def test_a_change_in_prefect_that_cannot_work_is_put_back_with_a_note(served: Call, there: httpx.Client) -> None:
    made = create(served)
    before = deployment(served, there, made)
    there.patch(f"/deployments/{before['id']}", json={"parameters": {"jitter": -1}}).raise_for_status()
    until("note", lambda: "was not taken over" in (shown(served, made)["note"] or ""))
    until("return", lambda: deployment(served, there, made)["parameters"] == before["parameters"])
    remove(served, there, made)


def test_a_deployment_deleted_in_prefect_pauses_its_campaign(served: Call, there: httpx.Client) -> None:
    made = create(served)
    there.delete(f"/deployments/{deployment(served, there, made)['id']}").raise_for_status()
    until("pause", lambda: shown(served, made)["paused"])
    assert "deleted in Prefect" in shown(served, made)["note"]
    data(served("POST", f"/campaigns/{made['id']}/resume"))
    assert deployment(served, there, made)["paused"] is False
    assert shown(served, made)["note"] is None
    remove(served, there, made)


def run_in_prefect(there: httpx.Client, deployment_id: str, state: str = "SCHEDULED", due_at: str | None = None) -> str:
    details = {"scheduled_time": due_at} if due_at else {}
    body = {"state": {"type": "SCHEDULED", "state_details": details}}
    made = there.post(f"/deployments/{deployment_id}/create_flow_run", json=body).raise_for_status().json()
    if state != "SCHEDULED":
        there.post(f"/flow_runs/{made['id']}/set_state", json={"state": {"type": state}, "force": True})
    return made["id"]


@pytest.mark.parametrize("state", ["SCHEDULED", "PENDING", "RUNNING"])
def test_a_run_left_in_any_state_is_taken_up_and_fires_once(  # noqa: PLR0913, PLR0917 - fixtures
    served: Call, settings: Settings, prefect: str, there: httpx.Client, ledger: Ledger, state: str
) -> None:
    made = create(served)
    known = deployment(served, there, made)
    with turning(settings, prefect):
        run_id = run_in_prefect(there, known["id"], state)
        until("end of the run", lambda: _state(there, run_id)[0] == "COMPLETED")
    assert _state(there, run_id) == ("COMPLETED", "4 tasks")
    [fired] = shown(served, made)["firings"]
    assert (fired["flow_run_id"], fired["tasks"]) == (run_id, 4)
    assert ledger.tasks.page(TaskFilter(campaign_id=made["id"])).total == 4
    remove(served, there, made)


def test_a_crash_between_firing_and_telling_prefect_repeats_nothing(
    served: Call, there: httpx.Client, ledger: Ledger
) -> None:
    made = create(served)
    found = deployment(served, there, made)
    fired = data(served("POST", f"/campaigns/{made['id']}/run"))
    run_id = run_in_prefect(there, found["id"], due_at=fired["due_at"])
    until("end of the run", lambda: _state(there, run_id)[0] == "COMPLETED")
    assert ledger.tasks.page(TaskFilter(campaign_id=made["id"])).total == 4
    assert len(shown(served, made)["firings"]) == 1
    remove(served, there, made)


def test_a_run_cancelled_in_prefect_does_nothing(served: Call, there: httpx.Client) -> None:
    made = create(served)
    soon = (datetime.now(UTC) + timedelta(seconds=4)).isoformat()
    run_id = run_in_prefect(there, deployment(served, there, made)["id"], due_at=soon)
    there.post(f"/flow_runs/{run_id}/set_state", json={"state": {"type": "CANCELLED"}}).raise_for_status()
    later = run_in_prefect(there, deployment(served, there, made)["id"], due_at=soon)
    until("end of the other", lambda: _state(there, later)[0] == "COMPLETED")
    assert [firing["flow_run_id"] for firing in shown(served, made)["firings"]] == [later]
    assert _state(there, run_id)[0] == "CANCELLED"
    remove(served, there, made)


def _state(there: httpx.Client, run_id: str) -> tuple[str, str]:
    state = there.get(f"/flow_runs/{run_id}").raise_for_status().json()["state"]
    return state["type"], state["message"]
