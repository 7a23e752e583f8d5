"""What goes wrong on a phone: the task completes all the same, or says what to do; nothing happens twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.integration.stack import Stack

_numbers: Iterator[int] = count(201)


@pytest.fixture
def person() -> str:
    """Somebody whom no other test follows."""
    return f"person_{next(_numbers):04}"


@pytest.mark.parametrize(
    "fault",
    [
        "server_dead", "dies_before", "dies_after", "http_500", "not_connected", "dead_object", "empty_dump",
        "empty_node", "slow",
        "shell_fails", "disconnect", "popup_update", "popup_rating", "anr", "crash",
    ],
)  # fmt: skip
def test_a_fault_that_passes_costs_a_retry_at_most(breakable: Stack, person: str, fault: str) -> None:
    serial = breakable.serials[0]
    breakable.order_fault(serial, fault)
    [task] = breakable.finished(breakable.post("follow", [person], [serial]))
    assert task["status"] == 2, task["remark"]
    assert len(breakable.follows(person)) == 1


@pytest.mark.parametrize("occasion", range(6))
def test_a_lost_reply_never_leads_to_a_second_follow(breakable: Stack, person: str, occasion: int) -> None:
    serial = breakable.serials[1]
    breakable.order_fault(serial, "dies_after", times=occasion + 1)
    [task] = breakable.finished(breakable.post("follow", [person], [serial]))
    assert task["status"] == 2, task["remark"]
    assert len(breakable.follows(person)) == 1


def test_a_phone_that_freezes_for_a_while_goes_on_afterwards(breakable: Stack, person: str) -> None:
    serial = breakable.serials[2]
    breakable.order_fault(serial, "freeze", seconds=5)
    [task] = breakable.finished(breakable.post("follow", [person], [serial]))
    assert task["status"] == 2, task["remark"]
    assert len(breakable.follows(person)) == 1


def test_a_phone_that_stays_frozen_fails_the_task_and_rests_until_it_is_well(breakable: Stack, person: str) -> None:
    serial = breakable.serials[2]
    breakable.order_fault(serial, "freeze")
    [task] = breakable.finished(breakable.post("follow", [person], [serial]))
    assert task["status"] == 3
    assert "restart" in task["remark"]
    breakable.clear_faults(serial)
    [after] = breakable.finished(breakable.post("follow", [person], [serial]))
    assert after["status"] == 2, after["remark"]
    assert len(breakable.follows(person)) == 1


def test_a_challenge_stops_the_task_and_calls_a_person(breakable: Stack, person: str) -> None:
    serial = breakable.serials[0]
    breakable.order_fault(serial, "challenge")
    [task] = breakable.finished(breakable.post("follow", [person], [serial]))
    assert task["status"] == 3
    assert "answer it on the phone" in task["remark"]
    assert breakable.follows(person) == []
    # Nobody had read yet which of its accounts is active: the phone rests, not one of them.
    rests = breakable.device(serial)
    assert rests["quarantined_by"] == "person"
    assert rests["quarantine_reason"].startswith(task["remark"])
    breakable.clear_faults(serial)  # which answers the challenge, as a person would
    breakable.call("POST", f"/devices/{serial}/release")
    [after] = breakable.finished(breakable.post("follow", [person], [serial]))
    assert after["status"] == 2, after["remark"]


def follow_as(stack: Stack, username: str, target: str) -> dict[str, Any]:
    body = {"usernames": [username], "script_name": "follow", "script_config": {"target_users": [target]}}
    [task] = stack.finished(stack.call("POST", "/task", body)["task_ids"])
    return task


def test_an_unknown_screen_of_the_app_holds_the_account_and_calls_a_person(breakable: Stack, person: str) -> None:
    """The app has forgotten its accounts: it shows a sign-in that the profile knows nothing of."""
    serial, address = breakable.serials[0], breakable.addresses[0]
    assert follow_as(breakable, "shop_001", person)["serial"] == serial
    breakable.adb("-s", address, "shell", "pm", "clear", "com.phonefleet.sample")
    task = follow_as(breakable, "shop_001", "person_0299")
    assert (task["serial"], task["status"], task["retry_count"]) == (serial, 3, 0)
    assert "does not know, which says 'Continue as shop_001'" in task["remark"]
    assert [artifact["kind"] for artifact in task["result"]["artifacts"]] == ["screenshot", "hierarchy"]
    [held] = breakable.call("GET", "/accounts?held=true")["accounts"]
    assert (held["username"], held["hold_reason"]) == ("shop_001", task["remark"])
    breakable.adb("-s", address, "shell", "input", "tap", "540", "500")  # a person signs in again
    breakable.call("POST", f"/accounts/{held['id']}/release")
    after = follow_as(breakable, "shop_001", "person_0299")
    assert after["status"] == 2, after["remark"]
    assert breakable.follows("person_0299") == ["shop_001"]


def test_a_blocked_action_fails_the_task_and_is_not_tried_again(breakable: Stack, person: str) -> None:
    serial = breakable.serials[1]
    breakable.order_fault(serial, "action_blocked")
    [task] = breakable.finished(breakable.post("follow", [person], [serial]))
    assert (task["status"], task["retry_count"]) == (3, 0)
    assert breakable.follows(person) == []
