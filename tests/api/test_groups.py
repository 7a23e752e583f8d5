"""Groups of phones and tags of accounts, in place of serials and usernames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from phonefleet.ledger import Ledger

Call = Callable[..., httpx.Response]
FOLLOW: dict[str, Any] = {"script_name": "follow", "script_config": {"target_users": ["person_0900"]}}


@pytest.fixture
def grouped(call: Call, ledger: Ledger) -> Call:
    """Two phones and a third one in the group `shop`, and three accounts with the tag `spring`."""
    ledger.devices.seen("phone-3", "online", "host")
    for number in (1, 2, 3):
        ledger.devices.change(f"phone-{number}", group_name="shop")
    for account in ledger.accounts.matching(["shop_1", "shop_2", "studio_2"], "sample"):
        ledger.accounts.change(account.id, tags=["spring", account.username])
    return call


def seats(ledger: Ledger, answer: httpx.Response) -> list[tuple[str, str | None]]:
    assert answer.status_code == 200, answer.text
    return [(task.serial, task.username) for task in ledger.tasks.some(answer.json()["data"]["task_ids"])]


def test_a_group_means_its_enabled_phones(grouped: Call, ledger: Ledger) -> None:
    ledger.devices.change("phone-2", enabled=False)
    answer = grouped("POST", "/task", json=FOLLOW | {"serials": ["phone-3", "group:shop"]})
    assert seats(ledger, answer) == [("phone-3", None), ("phone-1", None)]


def test_a_tag_means_the_accounts_with_it_that_may_act(grouped: Call, ledger: Ledger) -> None:
    held = ledger.accounts.matching(["shop_2"], "sample")[0]
    ledger.accounts.hold_id(held.id, "asks for a code", held.held_since or ledger.devices.all()[0].last_seen)
    answer = grouped("POST", "/task", json=FOLLOW | {"usernames": ["@studio_1", "tag:spring", "tag:shop_1"]})
    assert seats(ledger, answer) == [("phone-1", "studio_1"), ("phone-1", "shop_1"), ("phone-2", "studio_2")]


def test_a_group_divides_by_accounts_too(grouped: Call, ledger: Ledger) -> None:
    ledger.devices.change("phone-3", group_name=None)
    body = FOLLOW | {"serials": ["group:shop"], "enable_multi_account": True}
    assert len(seats(ledger, grouped("POST", "/task", json=body))) == 4
    ledger.devices.change("phone-2", group_name="office")
    body = FOLLOW | {"serials": ["group:office"], "usernames": ["tag:spring"]}
    assert [name for _, name in seats(ledger, grouped("POST", "/task", json=body))] == ["shop_2", "studio_2"]


@pytest.mark.parametrize(
    ("named", "field", "reason"),
    [
        ({"serials": ["phone-1", "group:shpo"]}, "serials.1", "group:shpo is no group of phones; there are shop"),
        ({"usernames": ["tag:x"]}, "usernames.0", "tag:x is a tag of no account of sample; there are shop_1, shop_2, "),
    ],
)
def test_an_unknown_group_is_refused_with_those_that_there_are(
    grouped: Call, ledger: Ledger, named: dict[str, Any], field: str, reason: str
) -> None:
    answer = grouped("POST", "/task", json=FOLLOW | named).json()
    [error] = answer["data"]["errors"]
    assert (answer["code"], error["field"], error["reason"][: len(reason)]) == (40001, field, reason)
    assert ledger.tasks.count().total == 0


def test_a_group_without_an_enabled_phone_is_refused(grouped: Call, ledger: Ledger) -> None:
    for phone in ledger.devices.all():
        ledger.devices.change(phone.serial, enabled=False)
    answer = grouped("POST", "/task", json=FOLLOW | {"serials": ["group:shop"]}).json()
    assert answer["data"]["errors"] == [{"field": "serials.0", "reason": "group:shop has no enabled phone"}]


def test_a_tag_without_an_account_that_may_act_is_no_account(grouped: Call, ledger: Ledger) -> None:
    for account in ledger.accounts.matching(["shop_1", "shop_2", "studio_2"], "sample"):
        ledger.accounts.change(account.id, enabled=False)
    assert grouped("POST", "/task", json=FOLLOW | {"usernames": ["tag:spring"]}).json()["code"] == 40004


def test_a_phone_whose_name_looks_like_a_group_is_that_phone(grouped: Call, ledger: Ledger) -> None:
    ledger.devices.seen("group:5555", "online", "host")
    answer = grouped("POST", "/task", json=FOLLOW | {"serials": ["group:5555"]})
    assert seats(ledger, answer) == [("group:5555", None)]
