"""Requests name a phone by its identity, its alias, or any address that it has or had; and phones can be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from phonefleet.hardware import Hardware
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.account_import import AccountEntry
from phonefleet.ledger.fleet.addresses import AddressSeen

Call = Callable[..., httpx.Response]
CONFIG = {"target_username": "@anna"}


@dataclass(frozen=True)
class Pair:
    """Two phones of a test; the one in front has had another address before."""

    mark: str

    @property
    def front(self) -> str:
        return f"FRONT{self.mark}"

    @property
    def alias(self) -> str:
        return f"shop{self.mark}"

    @property
    def back(self) -> str:
        return f"BACK/{self.mark} b"

    @property
    def former(self) -> str:
        return f"{self.mark}-former:5555"

    @property
    def address(self) -> str:
        return f"{self.mark}-now:5555"

    def hardware(self, name: str) -> Hardware:
        return Hardware(name, f"{abs(hash(name)):x}")


@pytest.fixture
def pair(ledger: Ledger) -> Pair:
    pair = Pair(uuid4().hex[:8])
    for address, name, state in (
        (pair.former, pair.front, "device"),
        (pair.former, None, "absent"),
        (pair.address, pair.front, "device"),
        (pair.back, pair.back, "device"),
    ):
        see(ledger, address, state, pair.hardware(name) if name else None)
    ledger.devices.set_alias(pair.front, pair.alias)
    return pair


def see(ledger: Ledger, address: str, state: str, hardware: Hardware | None = None, advice: str | None = None) -> None:
    ledger.devices.record_address(AddressSeen(address, state, "desk", hardware, advice))


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


def refusal(response: httpx.Response, code: int) -> str:
    body = response.json()
    assert (response.status_code, body["code"]) == (code // 100, code), body
    return body["message"]


def test_a_phone_is_shown_with_its_addresses_by_each_of_its_names(call: Call, pair: Pair) -> None:
    front = data(call("GET", f"/devices/{pair.front}"))
    assert (front["serial"], front["addresses"]) == (pair.front, [pair.address])
    known = pair.hardware(pair.front)
    assert (front["serial_number"], front["android_id"], front["note"]) == (pair.front, known.android_id, None)
    for name in (pair.alias, pair.former, pair.address):
        assert data(call("GET", f"/devices/{name}")) == front


def test_a_phone_whose_name_has_slashes_and_blanks_is_reached_like_any_other(call: Call, pair: Pair) -> None:
    path = f"/devices/{quote(pair.back, safe='')}"
    assert data(call("GET", path))["serial"] == pair.back
    assert data(call("PATCH", path, json={"group": "odd"}))["group"] == "odd"
    assert data(call("POST", f"{path}/quarantine", json={"reason": "x"}))["state"] == "quarantined"
    assert data(call("POST", f"{path}/release"))["state"] == "online"
    refusal(call("GET", f"{path}/release"), 40501)


def test_tasks_are_made_for_the_phone_that_a_name_means_once(call: Call, ledger: Ledger, pair: Pair) -> None:
    names = [pair.alias, pair.former, pair.address, pair.front]
    made = data(call("POST", "/task", json={"serials": names, "script_name": "follow", "script_config": CONFIG}))
    [task_id] = made["task_ids"]
    for name in names:
        assert [task["id"] for task in data(call("GET", f"/task?serial={name}"))["tasks"]] == [task_id]
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert task.serial == pair.front


def test_a_name_that_may_mean_two_phones_is_refused_and_nothing_is_done(call: Call, ledger: Ledger, pair: Pair) -> None:
    name, before = pair.former, ledger.tasks.count().total
    see(ledger, name, "device", pair.hardware(pair.back))
    see(ledger, name, "absent")
    csv = {"content": f"username,serial\nan{pair.mark},{name}\n", "headers": {"content-type": "text/csv"}}
    for response in (
        call("POST", "/task", json={"serials": [name], "script_name": "follow", "script_config": CONFIG}),
        call("GET", f"/task?serial={name}"),
        call("GET", f"/devices/{name}"),
        call("PATCH", f"/devices/{name}", json={"enabled": False}),
        call("DELETE", f"/devices/{name}"),
        call("GET", f"/accounts?serial={name}"),
        call("POST", "/accounts", json={"username": f"an{pair.mark}", "serial": name}),
        call("POST", "/accounts/import", **csv),
    ):
        message = refusal(response, 40001)
        assert pair.front in message
        assert pair.back in message
    assert ledger.tasks.count().total == before
    assert ledger.accounts.matching([f"an{pair.mark}"]) == []


def test_what_is_no_known_phone_is_listed_beside_the_phones(call: Call, ledger: Ledger, pair: Pair) -> None:
    name = f"????{pair.mark}"
    see(ledger, name, "no_permissions", advice="Add a udev rule.")
    listed = data(call("GET", "/devices?page_size=100"))
    expected = {"address": name, "host": "desk", "state": "no_permissions", "advice": "Add a udev rule."}
    assert expected in listed["unidentified"]
    assert name not in [phone["serial"] for phone in listed["devices"]]


def test_a_phone_that_cannot_work_is_shown_with_its_state_and_what_to_do(
    call: Call, ledger: Ledger, pair: Pair
) -> None:
    see(ledger, pair.address, "recovery", advice="Restart it.")
    front = data(call("GET", f"/devices/{pair.alias}"))
    assert (front["state"], front["note"]) == ("recovery", "Restart it.")
    assert pair.front in [phone["serial"] for phone in data(call("GET", "/devices?state=recovery"))["devices"]]


def test_a_connected_phone_is_not_forgotten(call: Call, pair: Pair) -> None:
    assert pair.address in refusal(call("DELETE", f"/devices/{pair.alias}"), 40901)


def test_a_forgotten_phone_is_gone_and_its_accounts_cannot_act_until_they_have_another_one(
    call: Call, ledger: Ledger, pair: Pair
) -> None:
    who = f"an{pair.mark}"
    ledger.accounts.create(AccountEntry("sample", who, pair.front))
    by_phone = {"serials": [pair.front], "script_name": "follow", "script_config": CONFIG}
    [task_id] = data(call("POST", "/task", json=by_phone))["task_ids"]
    see(ledger, pair.address, "absent")
    forgotten = data(call("DELETE", f"/devices/{pair.alias}"))
    assert forgotten == {"serial": pair.front, "alias": pair.alias, "cancelled_count": 1}
    task = data(call("GET", f"/task/{task_id}"))
    assert (task["status_text"], task["remark"]) == ("failed", "the phone was forgotten")
    refusal(call("GET", f"/devices/{pair.front}"), 40401)
    refusal(call("DELETE", f"/devices/{pair.front}"), 40401)
    [account] = data(call("GET", f"/accounts?username={who}"))["accounts"]
    assert (account["device"], account["device_online"]) == ("", False)
    by_name = {"usernames": [who], "script_name": "follow", "script_config": CONFIG}
    assert who in refusal(call("POST", "/task", json=by_name), 40004)
    bound = call("PATCH", f"/accounts/{account['id']}", json={"serial": pair.back})
    assert data(bound)["device"] == pair.back
    data(call("POST", "/task", json=by_name))


def test_forgetting_a_phone_is_audited(call: Call, ledger: Ledger, pair: Pair) -> None:
    see(ledger, pair.address, "absent")
    data(call("DELETE", f"/devices/{pair.alias}"))
    entry = data(call("GET", "/audit"))["entries"][0]
    assert (entry["method"], entry["path"]) == ("DELETE", f"/api/v1/devices/{pair.alias}")
