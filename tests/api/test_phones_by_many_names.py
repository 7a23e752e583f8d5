"""Requests name a phone by its identity, its alias, or any address that it has or had; and phones can be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from phonefleet.hardware import Hardware
from phonefleet.ledger import Ledger
from phonefleet.ledger.account_import import AccountEntry
from phonefleet.ledger.addresses import AddressSeen

Call = Callable[..., httpx.Response]
FRONT, BACK = Hardware("R58FRONT", "f1"), Hardware("R58BACK", "b2")
CONFIG = {"target_username": "@anna"}


@pytest.fixture(autouse=True)
def two_phones(ledger: Ledger) -> None:
    """The phone in front has had the address at which the phone behind is now."""
    for address, hardware, state in (
        ("10.0.0.1:5555", FRONT, "device"),
        ("10.0.0.1:5555", None, "absent"),
        ("10.0.0.2:5555", FRONT, "device"),
        ("HT7A1/b c", BACK, "device"),
    ):
        ledger.devices.at_address(AddressSeen(address, state, "desk", hardware))
    ledger.devices.set_alias("R58FRONT", "shop")


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


def refusal(response: httpx.Response, code: int) -> str:
    body = response.json()
    assert (response.status_code, body["code"]) == (code // 100, code), body
    return body["message"]


def unclear(ledger: Ledger) -> str:
    """Return an address that both phones have had."""
    for state, hardware in (("device", BACK), ("absent", None)):
        ledger.devices.at_address(AddressSeen("10.0.0.1:5555", state, "desk", hardware))
    return "10.0.0.1:5555"


def test_a_phone_is_shown_with_its_addresses_by_each_of_its_names(call: Call) -> None:
    front = data(call("GET", "/devices/R58FRONT"))
    assert (front["serial"], front["addresses"]) == ("R58FRONT", ["10.0.0.2:5555"])
    assert (front["serial_number"], front["android_id"], front["note"]) == ("R58FRONT", "f1", None)
    for name in ("shop", "10.0.0.1:5555", "10.0.0.2:5555"):
        assert data(call("GET", f"/devices/{name}")) == front


def test_a_phone_whose_name_has_slashes_and_blanks_is_reached_like_any_other(call: Call) -> None:
    path = "/devices/HT7A1%2Fb%20c"
    assert data(call("GET", path))["serial"] == "HT7A1/b c"
    assert data(call("PATCH", path, json={"alias": "odd"}))["alias"] == "odd"
    assert data(call("POST", f"{path}/quarantine", json={"reason": "x"}))["state"] == "quarantined"
    assert data(call("POST", f"{path}/release"))["state"] == "online"
    refusal(call("GET", f"{path}/release"), 40501)


def test_tasks_are_made_for_the_phone_that_a_name_means_once(call: Call, ledger: Ledger) -> None:
    names = ["shop", "10.0.0.1:5555", "10.0.0.2:5555", "R58FRONT"]
    made = data(call("POST", "/task", json={"serials": names, "script_name": "follow", "script_config": CONFIG}))
    [task_id] = made["task_ids"]
    for name in names:
        assert [task["id"] for task in data(call("GET", f"/task?serial={name}"))["tasks"]] == [task_id]
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert task.serial == "R58FRONT"


def test_a_name_that_may_mean_two_phones_is_refused_and_nothing_is_done(call: Call, ledger: Ledger) -> None:
    name = unclear(ledger)
    body = {"serials": [name], "script_name": "follow", "script_config": CONFIG}
    csv = f"username,serial\nanna,{name}\n"
    for response in (
        call("POST", "/task", json=body),
        call("GET", f"/task?serial={name}"),
        call("GET", f"/devices/{name}"),
        call("PATCH", f"/devices/{name}", json={"enabled": False}),
        call("DELETE", f"/devices/{name}"),
        call("GET", f"/accounts?serial={name}"),
        call("POST", "/accounts", json={"username": "anna", "serial": name}),
        call("POST", "/accounts/import", content=csv, headers={"content-type": "text/csv"}),
    ):
        message = refusal(response, 40001)
        assert "R58FRONT" in message
        assert "HT7A1/b c" in message
    assert ledger.tasks.count().total == 0
    assert ledger.accounts.matching(["anna"]) == []


def test_what_is_no_known_phone_is_listed_beside_the_phones(call: Call, ledger: Ledger) -> None:
    ledger.devices.at_address(AddressSeen("????????????", "no_permissions", "desk", advice="Add a udev rule."))
    listed = data(call("GET", "/devices"))
    assert listed["unidentified"] == [
        {"address": "????????????", "host": "desk", "state": "no_permissions", "advice": "Add a udev rule."}
    ]
    assert "????????????" not in [phone["serial"] for phone in listed["devices"]]


def test_a_phone_that_cannot_work_is_shown_with_its_state_and_what_to_do(call: Call, ledger: Ledger) -> None:
    ledger.devices.at_address(AddressSeen("10.0.0.2:5555", "recovery", "desk", advice="Restart it."))
    front = data(call("GET", "/devices/shop"))
    assert (front["state"], front["note"]) == ("recovery", "Restart it.")
    assert [phone["serial"] for phone in data(call("GET", "/devices?state=recovery"))["devices"]] == ["R58FRONT"]


def test_a_connected_phone_is_not_forgotten(call: Call) -> None:
    assert "10.0.0.2:5555" in refusal(call("DELETE", "/devices/shop"), 40901)


def test_a_forgotten_phone_is_gone_and_its_accounts_cannot_act_until_they_have_another_one(
    call: Call, ledger: Ledger
) -> None:
    ledger.accounts.create(AccountEntry("sample", "anna", "R58FRONT"))
    made = data(call("POST", "/task", json={"serials": ["shop"], "script_name": "follow", "script_config": CONFIG}))
    ledger.devices.at_address(AddressSeen("10.0.0.2:5555", "absent", "desk"))
    assert data(call("DELETE", "/devices/shop")) == {"serial": "R58FRONT", "cancelled_count": 1}
    task = data(call("GET", f"/task/{made['task_ids'][0]}"))
    assert (task["status_text"], task["remark"]) == ("failed", "the phone was forgotten")
    refusal(call("GET", "/devices/R58FRONT"), 40401)
    refusal(call("DELETE", "/devices/R58FRONT"), 40401)
    [anna] = data(call("GET", "/accounts?username=anna"))["accounts"]
    assert (anna["device"], anna["device_online"]) == ("", False)
    by_name = {"usernames": ["anna"], "script_name": "follow", "script_config": CONFIG}
    assert "anna" in refusal(call("POST", "/task", json=by_name), 40004)
    bound = call("PATCH", f"/accounts/{anna['id']}", json={"serial": "HT7A1/b c"})
    assert data(bound)["device"] == "HT7A1/b c"
    data(call("POST", "/task", json=by_name))


def test_forgetting_a_phone_is_audited(call: Call, ledger: Ledger) -> None:
    ledger.devices.at_address(AddressSeen("10.0.0.2:5555", "absent", "desk"))
    data(call("DELETE", "/devices/shop"))
    entries = data(call("GET", "/audit"))["entries"]
    assert [(entry["method"], entry["path"], entry["code"]) for entry in entries[:1]] == [
        ("DELETE", "/api/v1/devices/shop", 0)
    ]
