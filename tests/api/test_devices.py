"""Phones over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.scripts.script import UnknownConfig

Call = Callable[..., httpx.Response]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIELDS = {
    "serial", "alias", "model", "android_version", "host", "state", "battery", "enabled", "group", "current_task",
    "queue_length", "taken_over", "first_seen", "last_seen", "quarantine_reason", "quarantined_since",
    "quarantined_until",
    "quarantined_by", "addresses", "serial_number", "android_id", "note",
}  # fmt: skip


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


def refusal(response: httpx.Response, code: int) -> str:
    body = response.json()
    assert (response.status_code, body["code"]) == (code // 100, code), body
    return body["message"]


def create(ledger: Ledger, serial: str, count: int = 1) -> list[int]:
    new = NewTask(
        "follow",
        UnknownConfig.model_validate({"target_users": ["anna"]}),
        serial,
        "sample",
        created_at=NOW,
        scheduled_for=NOW,
    )
    return ledger.tasks.create([new] * count)


def test_a_phone_shows_every_documented_field_by_serial_and_by_alias(call: Call, ledger: Ledger) -> None:
    ledger.devices.seen("phone-1", "device", "host", android_version="14", battery=80)
    phone = data(call("GET", "/devices/phone-1"))
    assert set(phone) == FIELDS
    assert (phone["alias"], phone["model"], phone["android_version"]) == ("device_serial_1", "Pixel", "14")
    assert (phone["state"], phone["battery"], phone["enabled"], phone["queue_length"]) == ("online", 80, True, 0)
    assert data(call("GET", "/devices/device_serial_1")) == phone


@pytest.mark.parametrize(
    ("word", "state"),
    [("device", "online"), ("offline", "offline"), ("absent", "offline"), ("unauthorized", "unauthorized")],
)
def test_the_state_says_how_a_phone_is_connected(call: Call, ledger: Ledger, word: str, state: str) -> None:
    ledger.devices.seen("phone-1", word, "host")
    assert data(call("GET", "/devices/phone-1"))["state"] == state


def test_a_phone_is_busy_while_a_task_runs_on_it(call: Call, ledger: Ledger) -> None:
    running, *_ = create(ledger, "phone-1", 3)
    ledger.tasks.project(running, StateChange("RUNNING", "Running", NOW))
    phone = data(call("GET", "/devices/phone-1"))
    assert (phone["state"], phone["current_task"], phone["queue_length"]) == ("busy", running, 2)


def test_phones_are_listed_by_page_state_and_group(call: Call, ledger: Ledger) -> None:
    ledger.devices.seen("phone-3", "offline", "host")
    data(call("PATCH", "/devices/phone-2", json={"group": "shop"}))
    page = data(call("GET", "/devices?page=2&page_size=2"))
    assert ([phone["serial"] for phone in page["devices"]], page["total"], page["page"]) == (["phone-3"], 3, 2)
    assert [phone["serial"] for phone in data(call("GET", "/devices?state=offline"))["devices"]] == ["phone-3"]
    grouped = data(call("GET", "/devices?group=shop&state=online"))
    assert ([phone["serial"] for phone in grouped["devices"]], grouped["total"]) == (["phone-2"], 1)
    for query in ("state=lost", "page=0", "page_size=101", "colour=red", "group=a%00"):
        refusal(call("GET", f"/devices?{query}"), 40001)


def test_what_is_changed_stays_and_null_clears_it(call: Call) -> None:
    changed = data(call("PATCH", "/devices/phone-1", json={"alias": "front", "group": "shop", "enabled": False}))
    assert (changed["alias"], changed["group"], changed["enabled"]) == ("front", "shop", False)
    cleared = data(call("PATCH", "/devices/front", json={"alias": None}))
    assert (cleared["alias"], cleared["group"], cleared["enabled"]) == (None, "shop", False)
    assert data(call("PATCH", "/devices/phone-1", json={})) == cleared


@pytest.mark.parametrize("alias", ["device_serial_2", "phone-2"])
def test_an_alias_that_names_another_phone_is_a_conflict(call: Call, alias: str) -> None:
    refusal(call("PATCH", "/devices/phone-1", json={"alias": alias, "group": "new"}), 40901)
    phone = data(call("GET", "/devices/phone-1"))
    assert (phone["alias"], phone["group"]) == ("device_serial_1", None)


@pytest.mark.parametrize(
    "body",
    [
        {"alias": ""}, {"alias": "a b"}, {"alias": "a/b"}, {"alias": "x" * 65}, {"alias": "-x"}, {"alias": "a\n"},
        {"alias": "a\x00"}, {"alias": "a';--"}, {"alias": 5}, {"group": ""}, {"enabled": None}, {"enabled": "no"},
        {"serial": "other"}, [],
    ],
)  # fmt: skip
def test_a_wrong_change_changes_nothing(call: Call, body: object) -> None:
    before = data(call("GET", "/devices/phone-1"))
    refusal(call("PATCH", "/devices/phone-1", json=body), 40001)
    assert data(call("GET", "/devices/phone-1")) == before


def test_a_persons_quarantine_lasts_until_it_is_released(call: Call, ledger: Ledger) -> None:
    phone = data(call("POST", "/devices/device_serial_1/quarantine", json={"reason": " loose cable "}))
    assert (phone["state"], phone["quarantine_reason"], phone["quarantined_by"]) == (
        "quarantined",
        "loose cable",
        "person",
    )
    since = phone["quarantined_since"]
    assert since is not None
    ledger.devices.quarantine("phone-1", "frozen")
    assert not ledger.devices.release("phone-1", by="worker")
    again = data(call("POST", "/devices/phone-1/quarantine", json={"reason": "battery"}))
    assert (again["quarantine_reason"], again["quarantined_since"]) == ("battery", since)
    released = data(call("POST", "/devices/phone-1/release"))
    assert (released["state"], released["quarantine_reason"], released["quarantined_by"]) == ("online", None, None)
    assert "not in quarantine" in refusal(call("POST", "/devices/phone-1/release"), 40901)


def test_a_workers_quarantine_shows_and_can_be_released_by_a_person(call: Call, ledger: Ledger) -> None:
    ledger.devices.quarantine("phone-1", "frozen")
    phone = data(call("GET", "/devices?state=quarantined"))["devices"][0]
    assert (phone["serial"], phone["quarantined_by"]) == ("phone-1", "worker")
    assert data(call("POST", "/devices/phone-1/release"))["state"] == "online"


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 201}, {"reason": "a\x00"}])
def test_a_quarantine_needs_a_reason(call: Call, body: object) -> None:
    refusal(call("POST", "/devices/phone-1/quarantine", json=body), 40001)
    assert data(call("GET", "/devices/phone-1"))["state"] == "online"


def test_matching_accounts_is_a_task_like_any_other(call: Call) -> None:
    created = data(call("POST", "/devices/device_serial_2/match-accounts"))
    assert created["created_count"] == 1
    task = data(call("GET", f"/task/{created['task_ids'][0]}"))
    assert (task["script_name"], task["serial"], task["source"]) == ("match_accounts", "phone-2", "api")
    assert (task["status"], task["app"], task["script_config"]) == (0, "sample", {})
    assert data(call("GET", "/task?script_name=match_accounts"))["total"] == 1


def test_a_repeated_matching_with_the_same_key_makes_one_task(call: Call) -> None:
    path, headers = "/devices/phone-1/match-accounts", {"Idempotency-Key": "morning"}
    first = data(call("POST", path, headers=headers))
    assert data(call("POST", path, headers=headers)) == first
    assert (
        data(call("POST", "/devices/device_serial_1/match-accounts", headers=headers, json={"app": "sample"})) == first
    )
    refusal(call("POST", "/devices/phone-2/match-accounts", headers=headers), 40901)
    assert data(call("GET", "/task?script_name=match_accounts"))["total"] == 1


def test_matching_accounts_of_an_unknown_app_makes_no_task(call: Call) -> None:
    refusal(call("POST", "/devices/phone-1/match-accounts", json={"app": "../etc"}), 40001)
    assert data(call("GET", "/task"))["total"] == 0


def test_match_accounts_is_no_script_of_a_request_for_tasks(call: Call) -> None:
    refusal(call("POST", "/task", json={"serials": ["phone-1"], "script_name": "match_accounts"}), 40003)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None), ("PATCH", "", {"enabled": False}), ("POST", "/quarantine", {"reason": "x"}),
        ("POST", "/release", None), ("POST", "/match-accounts", None), ("GET", "/screenshot", None),
        ("GET", "/hierarchy", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("serial", ["ghost", "%00", "';DROP TABLE devices;--", "%F0%9F%93%B1"])
def test_an_unknown_phone_is_not_found(call: Call, method: str, path: str, body: object, serial: str) -> None:
    refusal(call(method, f"/devices/{serial}{path}", json=body), 40401)


@pytest.mark.parametrize("look", ["screenshot", "hierarchy"])
def test_a_phone_that_is_not_connected_cannot_be_looked_at(open_api: Callable[..., Call], look: str) -> None:
    message = refusal(open_api(adb_port=1)("GET", f"/devices/phone-1/{look}"), 40901)
    assert "adb server" in message
