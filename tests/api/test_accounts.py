"""Accounts over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from phonefleet.ledger import Ledger

Call = Callable[..., httpx.Response]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIELDS = {
    "id", "username", "platform", "packagename", "device", "device_online", "device_name", "alias", "logined",
    "enabled", "status", "hold_reason", "held_since", "tags",
}  # fmt: skip


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


def refusal(response: httpx.Response, code: int) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (code // 100, code), body
    return body


def id_of(ledger: Ledger, username: str) -> int:
    account = ledger.accounts.get(username, "sample")
    assert account is not None
    return account.id


def names(call: Call, query: str) -> list[str]:
    return [account["username"] for account in data(call("GET", f"/accounts?{query}"))["accounts"]]


def test_a_new_account_is_bound_and_shows_every_documented_field(call: Call) -> None:
    new = {"username": "@Fresh.Shop", "device": "device_serial_2", "tags": ["a", "b", "a"], "enabled": False}
    account = data(call("POST", "/accounts", json=new))
    assert set(account) == FIELDS
    assert (account["username"], account["device"], account["device_name"]) == (
        "Fresh.Shop",
        "phone-2",
        "device_serial_2",
    )
    assert (account["platform"], account["packagename"]) == ("sample", "com.phonefleet.sample")
    assert (account["status"], account["enabled"], account["logined"]) == ("disabled", False, False)
    assert account["tags"] == ["a", "b"]
    assert data(call("GET", f"/accounts/{account['id']}")) == account


def test_a_name_is_one_account_whatever_its_case(call: Call) -> None:
    refusal(call("POST", "/accounts", json={"username": "SHOP_1", "serial": "phone-2"}), 40901)
    assert data(call("GET", "/accounts"))["total"] == 4
    body = {"usernames": ["@SHOP_1", "shop_1"], "script_name": "follow", "script_config": {"target_users": "anna"}}
    created = data(call("POST", "/task", json=body))
    assert created["created_count"] == 1
    assert data(call("GET", f"/task/{created['task_ids'][0]}"))["username"] == "shop_1"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"serial": "phone-1"}, "username"),
        ({"username": "x"}, "serial"),
        ({"username": "", "serial": "phone-1"}, "username"),
        ({"username": "a b", "serial": "phone-1"}, "username"),
        ({"username": "a\x00", "serial": "phone-1"}, "username"),
        ({"username": "a\x1b[31m", "serial": "phone-1"}, "username"),
        ({"username": "x" * 101, "serial": "phone-1"}, "username"),
        ({"username": "x", "serial": "ghost"}, "serial"),
        ({"username": "x", "serial": "a\x00"}, "serial"),
        ({"username": "x", "serial": "phone-1", "platform": "nowhere"}, "platform"),
        ({"username": "x", "serial": "phone-1", "tags": ["a,b"]}, "tags.0"),
        ({"username": "x", "serial": "phone-1", "tags": ["t"] * 51}, "tags"),
        ({"username": "x", "serial": "phone-1", "enabled": "yes"}, "enabled"),
        ({"username": "x", "serial": "phone-1", "logined": True}, "logined"),
    ],
)
def test_a_wrong_account_is_refused_and_not_entered(call: Call, body: object, field: str) -> None:
    errors = refusal(call("POST", "/accounts", json=body), 40001)["data"]["errors"]
    assert field in [error["field"] for error in errors]
    assert data(call("GET", "/accounts"))["total"] == 4


def test_a_change_keeps_what_it_does_not_name(call: Call, ledger: Ledger) -> None:
    account_id = id_of(ledger, "shop_1")
    tagged = data(call("PATCH", f"/accounts/{account_id}", json={"tags": ["new"], "enabled": False}))
    assert (tagged["tags"], tagged["status"], tagged["device"], tagged["logined"]) == (
        ["new"],
        "disabled",
        "phone-1",
        True,
    )
    moved = data(call("PATCH", f"/accounts/{account_id}", json={"serial": "device_serial_2", "username": "Shop_1"}))
    assert (moved["device"], moved["logined"], moved["username"]) == ("phone-2", False, "Shop_1")
    assert (moved["tags"], moved["enabled"]) == (["new"], False)
    assert data(call("PATCH", f"/accounts/{account_id}", json={})) == moved


def test_a_wrong_change_changes_nothing(call: Call, ledger: Ledger) -> None:
    path = f"/accounts/{id_of(ledger, 'shop_1')}"
    before = data(call("GET", path))
    for body in ({"enabled": None}, {"tags": None}, {"serial": "ghost"}, {"username": ""}, {"id": 5}, {"enabled": 1}):
        refusal(call("PATCH", path, json=body), 40001)
    refusal(call("PATCH", path, json={"username": "STUDIO_1", "enabled": False}), 40901)
    assert data(call("GET", path)) == before


def test_a_hold_tells_why_and_since_when_and_ends_by_release(call: Call, ledger: Ledger) -> None:
    path = f"/accounts/{id_of(ledger, 'shop_1')}"
    held = data(call("POST", f"{path}/hold", json={"reason": "asks for a code"}))
    assert (held["status"], held["hold_reason"]) == ("held", "asks for a code")
    assert held["held_since"] is not None
    assert "asks for a code" in refusal(call("POST", f"{path}/hold", json={"reason": "other"}), 40901)["message"]
    released = data(call("POST", f"{path}/release"))
    assert (released["status"], released["hold_reason"], released["held_since"]) == ("enabled", None, None)
    refusal(call("POST", f"{path}/release"), 40901)


def test_held_and_disabled_accounts_get_no_tasks(call: Call, ledger: Ledger) -> None:
    ledger.accounts.hold("shop_1", "sample", "blocked", NOW)
    ledger.accounts.change(id_of(ledger, "shop_2"), enabled=False)
    request: dict[str, Any] = {"script_name": "follow", "script_config": {"target_users": ["anna"]}}
    refusal(call("POST", "/task", json={**request, "usernames": ["shop_1", "SHOP_2"]}), 40004)
    both = {**request, "serials": ["phone-1", "phone-2"], "enable_multi_account": True}
    ids = data(call("POST", "/task", json=both))["task_ids"]
    assert [data(call("GET", f"/task/{task_id}"))["username"] for task_id in ids] == ["studio_1", "studio_2"]


def test_a_deleted_account_is_gone(call: Call, ledger: Ledger) -> None:
    path = f"/accounts/{id_of(ledger, 'shop_1')}"
    assert data(call("DELETE", path)) == {"deleted_count": 1}
    refusal(call("GET", path), 40401)
    refusal(call("DELETE", path), 40401)
    assert data(call("GET", "/accounts"))["total"] == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("username=@SHOP_1", ["shop_1"]),
        ("serial=phone-2", ["shop_2", "studio_2"]),
        ("serial=device_serial_2&tag=vip", ["studio_2"]),
        ("group=front", ["shop_1", "studio_1"]),
        ("held=true", ["shop_1"]),
        ("held=false&enabled=true", ["studio_1", "shop_2"]),
        ("enabled=false", ["studio_2"]),
        ("logined=true&platform=sample&page_size=1&page=2", ["studio_1"]),
        ("serial=ghost", []),
        ("platform=other", []),
    ],
)
def test_filters_find_what_they_name(call: Call, ledger: Ledger, query: str, found: list[str]) -> None:
    ledger.devices.change("phone-1", group_name="front")
    ledger.accounts.hold("shop_1", "sample", "blocked", NOW)
    ledger.accounts.change(id_of(ledger, "studio_2"), enabled=False, tags=["vip", "new"])
    assert names(call, query) == found


@pytest.mark.parametrize(
    "query", ["held=perhaps", "page_size=101", "page=0", "colour=red", "tag=a%00", "username=a%00"]
)
def test_a_wrong_query_is_refused(call: Call, query: str) -> None:
    refusal(call("GET", f"/accounts?{query}"), 40001)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "", None), ("PATCH", "", {}), ("DELETE", "", None), ("POST", "/hold", {"reason": "x"}),
     ("POST", "/release", None)],
)  # fmt: skip
@pytest.mark.parametrize("account_id", [0, -1, 2**62, 2**70])
def test_an_unknown_account_is_not_found(call: Call, method: str, path: str, body: object, account_id: int) -> None:
    refusal(call(method, f"/accounts/{account_id}{path}", json=body), 40401)
