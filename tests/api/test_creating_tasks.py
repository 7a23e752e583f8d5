"""POST /task: what a request becomes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from phonefleet.ledger import Ledger, Task

Call = Callable[..., httpx.Response]
FOLLOW: dict[str, Any] = {"script_name": "follow", "script_config": {"target_users": ["anna"]}}


def tasks_of(ledger: Ledger, response: httpx.Response) -> list[Task]:
    body = response.json()
    assert (response.status_code, body["code"], body["message"]) == (200, 0, "success")
    tasks = [task for task_id in body["data"]["task_ids"] if (task := ledger.tasks.get(task_id))]
    assert len(tasks) == body["data"]["created_count"] == ledger.tasks.count().total
    return tasks


def test_the_quick_start_makes_a_task_on_each_phone(call: Call, ledger: Ledger) -> None:
    quick_start = {
        "serials": ["device_serial_1", "device_serial_2"],
        "script_name": "follow",
        "script_config": {"target_username": "@example_user"},
        "enable_multi_account": False,
        "min_interval": 1,
        "max_interval": 5,
    }
    tasks = tasks_of(ledger, call("POST", "/task", json=quick_start))
    assert [task.serial for task in tasks] == ["phone-1", "phone-2"]
    assert {task.wait_seconds for task in tasks} == {0.0}
    config = {"target_users": ["example_user"], "access_method": "direct"}
    assert [task.script_config for task in tasks] == [config, config]


def test_three_targets_on_two_phones_are_six_tasks(call: Call, ledger: Ledger) -> None:
    body = FOLLOW | {"serials": ["phone-1", "phone-2"], "script_config": {"target_users": "@anna, bob\nclara"}}
    tasks = tasks_of(ledger, call("POST", "/task", json=body))
    expected = [(phone, name) for phone in ("phone-1", "phone-2") for name in ("anna", "bob", "clara")]
    assert [(task.serial, task.script_config["target_users"][0]) for task in tasks] == expected


def test_tasks_of_one_phone_start_in_their_order(call: Call, ledger: Ledger) -> None:
    body = FOLLOW | {"serials": ["phone-1"], "script_config": {"target_users": ["a", "b", "c"]}}
    starts = [task.scheduled_for for task in tasks_of(ledger, call("POST", "/task", json=body))]
    assert starts == sorted(set(starts))
    assert starts[-1] - starts[0] < timedelta(milliseconds=1)


def test_a_phone_and_a_target_named_twice_are_meant_once(call: Call, ledger: Ledger) -> None:
    body = FOLLOW | {"serials": ["phone-1", "device_serial_1"], "script_config": {"target_users": ["anna", "@anna"]}}
    assert len(tasks_of(ledger, call("POST", "/task", json=body))) == 1


@pytest.mark.parametrize(
    ("given", "bounds"),
    [
        ({}, (1, 5)),
        ({"min_interval": "", "max_interval": None, "interval_unit": ""}, (1, 5)),
        ({"min_interval": 2, "max_interval": "7.5"}, (2, 7.5)),
        ({"min_interval": 10}, (10, 10.001)),
        ({"max_interval": 0.5}, (0.5, 0.5)),
        ({"min_interval": 1, "max_interval": 5, "interval_unit": "minutes"}, (60, 300)),
    ],
)
def test_the_first_task_of_a_phone_waits_for_nothing_and_the_others_within_bounds(
    call: Call, ledger: Ledger, given: dict[str, Any], bounds: tuple[float, float]
) -> None:
    body = (
        FOLLOW
        | {
            "serials": ["phone-1", "phone-2"],
            "script_config": {"target_users": [f"p{number}" for number in range(20)]},
        }
        | given
    )
    waits = [task.wait_seconds for task in tasks_of(ledger, call("POST", "/task", json=body))]
    assert (waits[0], waits[20]) == (0, 0)
    drawn = waits[1:20] + waits[21:]
    assert all(bounds[0] <= wait <= bounds[1] for wait in drawn)
    assert len(set(drawn)) > 20 or bounds[1] - bounds[0] < 1


def test_usernames_go_to_the_phones_that_they_are_bound_to(call: Call, ledger: Ledger) -> None:
    tasks = tasks_of(ledger, call("POST", "/task", json=FOLLOW | {"usernames": ["@studio_2", "shop_1"]}))
    assert [(task.serial, task.username) for task in tasks] == [("phone-2", "studio_2"), ("phone-1", "shop_1")]


def test_usernames_with_serials_use_these_phones_only(call: Call, ledger: Ledger) -> None:
    body = FOLLOW | {"usernames": ["shop_1", "shop_2"], "serials": ["device_serial_2"]}
    assert [task.username for task in tasks_of(ledger, call("POST", "/task", json=body))] == ["shop_2"]


def test_multi_account_makes_a_task_for_each_account_of_each_phone(call: Call, ledger: Ledger) -> None:
    body = FOLLOW | {"serials": ["phone-2", "phone-1"], "enable_multi_account": True}
    tasks = tasks_of(ledger, call("POST", "/task", json=body))
    expected = [("phone-2", "shop_2"), ("phone-2", "studio_2"), ("phone-1", "shop_1"), ("phone-1", "studio_1")]
    assert [(task.serial, task.username) for task in tasks] == expected


def test_a_disabled_account_never_works(call: Call, ledger: Ledger, database_url: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE accounts SET enabled = false WHERE username IN ('shop_1', 'shop_2')")
    assert call("POST", "/task", json=FOLLOW | {"usernames": ["shop_1"]}).json()["code"] == 40004
    body = FOLLOW | {"serials": ["phone-1"], "enable_multi_account": True}
    assert [task.username for task in tasks_of(ledger, call("POST", "/task", json=body))] == ["studio_1"]
    accounts = call("GET", "/accounts").json()["data"]["accounts"]
    assert [account["status"] for account in accounts] == ["disabled", "enabled", "disabled", "enabled"]


def test_an_offline_phone_is_accepted_and_waits(call: Call, ledger: Ledger) -> None:
    ledger.devices.seen("away", "offline", "host")
    assert len(tasks_of(ledger, call("POST", "/task", json=FOLLOW | {"serials": ["away"]}))) == 1


def test_a_clock_time_is_the_next_time_that_the_clock_shows_it(call: Call, ledger: Ledger) -> None:
    (task,) = tasks_of(ledger, call("POST", "/task", json=FOLLOW | {"serials": ["phone-1"], "start_time": "03:30"}))
    now = datetime.now(UTC)
    assert now < task.scheduled_for <= now + timedelta(hours=26)


def test_an_instant_is_a_start_too(call: Call, ledger: Ledger) -> None:
    soon = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    body = FOLLOW | {"serials": ["phone-1"], "start_time": soon.isoformat()}
    (task,) = tasks_of(ledger, call("POST", "/task", json=body))
    assert task.scheduled_for == soon


def test_an_idempotency_key_makes_a_repeat_answer_the_first_tasks(call: Call, ledger: Ledger) -> None:
    body, headers = FOLLOW | {"serials": ["phone-1"]}, {"Idempotency-Key": "order-66"}
    first = call("POST", "/task", json=body, headers=headers).json()
    assert call("POST", "/task", json=body, headers=headers).json() == first
    assert ledger.tasks.count().total == 1
    other = call("POST", "/task", json=body | {"min_interval": 0.5, "max_interval": 1}, headers=headers)
    assert (other.status_code, other.json()["code"], ledger.tasks.count().total) == (409, 40901, 1)


def test_ten_thousand_tasks_are_one_request_and_one_more_is_too_many(call: Call, ledger: Ledger) -> None:
    many = {"target_users": [f"p{number}" for number in range(5000)]}
    body = FOLLOW | {"serials": ["phone-1", "phone-2"], "script_config": many}
    assert call("POST", "/task", json=body).json()["data"]["created_count"] == 10_000
    many["target_users"].append("one_more")
    assert call("POST", "/task", json=body).json()["code"] == 40001
    assert ledger.tasks.count().total == ledger.outbox.pending_count() == 10_000


def test_a_task_waits_with_a_remark_while_prefect_is_away(call: Call, ledger: Ledger) -> None:
    (created,) = tasks_of(ledger, call("POST", "/task", json=FOLLOW | {"serials": ["phone-1"]}))
    shown: dict[str, Any] = {"remark": None}
    deadline = time.monotonic() + 90
    while shown["remark"] is None and time.monotonic() < deadline:
        shown = call("GET", f"/task/{created.id}").json()["data"]
    assert (shown["status"], shown["status_text"], shown["state"]) == (0, "pending", None)
    assert shown["remark"] == "Prefect cannot be reached; the task is sent again by itself."
    assert ledger.outbox.pending_count() == 1


@pytest.mark.parametrize("body", [{"serials": ["phone-1"]}, {"usernames": ["shop_1"], "enable_multi_account": True}])
def test_null_means_not_given(call: Call, ledger: Ledger, body: dict[str, Any]) -> None:
    nulls = dict.fromkeys(("serials", "usernames", "start_time", "app"))
    assert len(tasks_of(ledger, call("POST", "/task", json=FOLLOW | nulls | body))) == 1
