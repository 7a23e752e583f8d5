"""Campaigns over HTTP: what they are, what is refused, and what becomes of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from phonefleet.ledger import Ledger, TaskFilter
from tests.api.campaigning import TASK, YEARLY, Call, create, data
from tests.listed import page_of


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
        ({"schedule": {"rrule": "FREQ=SOMETIMES"}}, "schedule.rrule"),
        ({"schedule": {"crom": "0 9 * * *"}}, "schedule.crom"),
        ({"task": {**TASK, "serials": ["group:nowhere"]}}, "task.serials.0"),
        ({"jitter": 700, "schedule": {"interval": 600}}, "jitter"),
        ({"start": "2031-01-02T00:00:00Z", "end": "2031-01-01T00:00:00Z"}, "end"),
        ({"end": "2020-01-01T00:00:00Z"}, "end"),
        ({"working_days": ["someday"]}, "working_days.0"),
        ({"overlap": "maybe"}, "overlap"),
        ({"task": {**TASK, "start_time": "09:00"}}, "task"),
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
    tasks = page_of(ledger, TaskFilter(campaign_id=made["id"], source="campaign")).items
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
    tasks = page_of(ledger, TaskFilter(campaign_id=ending["id"])).items
    assert [task.status for task in tasks] == [0] * 4 + [3] * 4
    assert [task.remark == "stopped" for task in tasks] == [False] * 4 + [True] * 4


def test_the_order_of_each_phone_is_drawn_where_that_is_wanted(call: Call, ledger: Ledger) -> None:
    targets = [f"person_{number:04}" for number in range(850, 880)]
    made = create(call, random_order=True, task={**TASK, "script_config": {"target_users": targets}})
    data(call("POST", f"/campaigns/{made['id']}/run"))
    tasks = page_of(ledger, TaskFilter(campaign_id=made["id"], serial="phone-1"), size=100).items
    order = [task.script_config["target_users"][0] for task in sorted(tasks, key=lambda task: task.scheduled_for)]
    assert order != targets
    assert sorted(order) == targets
