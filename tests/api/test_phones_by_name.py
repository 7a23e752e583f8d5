"""Wherever an answer tells of a phone by its serial, it tells what people call it as well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from api.agreement.announcer import event_of
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.account_import import AccountEntry
from phonefleet.ledger.fleet.announcements import Announcement
from phonefleet.ledger.names import Names
from tests.api.conftest import Call

NAMES = {"serial": "alias", "device": "alias", "serials": "phones"}
"""How answers name phones, each with the field that must stand beside it. Of an account, `device` is the serial."""

WITHOUT = {
    "AccountChange": "a request: it takes any name",
    "NewAccount": "a request: it takes any name",
    "TaskRequest": "a request: it takes any name",
    "DeviceActionRequest": "a request: it takes any name",
    "RecordingRequest": "a request: it takes any name",
    "PhoneSeen": "a request: it takes any name",
    "ScreenOut": "the name that was asked for, four times a second",
    "VerificationRequest": "a request: it takes any name",
}
"""Schemas that name phones and say no alias, each with the reason."""


@pytest.fixture
def schemas(call: Call) -> dict[str, dict[str, Any]]:
    return call("GET", "/openapi.json").json()["components"]["schemas"]


def without_alias(schemas: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, schema in schemas.items():
        fields = schema.get("properties", {})
        if any(beside not in fields for named, beside in NAMES.items() if named in fields):
            yield name


def test_every_schema_with_a_serial_has_the_alias_beside_it(schemas: dict[str, dict[str, Any]]) -> None:
    assert set(without_alias(schemas)) == WITHOUT.keys()
    assert all(name in schemas for name in WITHOUT)


def test_a_schema_that_forgets_the_alias_is_found() -> None:
    fields = {"A": ["serial"], "B": ["serials", "phones"], "C": ["serial", "alias"]}
    forgetful = {name: {"properties": dict.fromkeys(each)} for name, each in fields.items()}
    assert list(without_alias(forgetful)) == ["A"]


def test_every_answer_by_serial_says_the_alias(call: Call, ledger: Ledger) -> None:
    ledger.devices.seen("R58M1", "device", "desk")
    ledger.devices.seen("R58M2", "device", "desk")
    ledger.devices.set_alias("R58M1", "front_desk")
    ledger.accounts.create(AccountEntry("sample", "Shop", "R58M1"))
    ledger.accounts.create(AccountEntry("sample", "Other", "R58M2"))
    usage = call("GET", "/limits/usage").json()["data"]["accounts"]
    aliases = {one["username"]: (one["device"], one["alias"]) for one in usage}
    assert (aliases["Shop"], aliases["Other"]) == (("R58M1", "front_desk"), ("R58M2", None))
    for serial in ("R58M1", "R58M2"):
        body = {"serials": [serial], "script_name": "follow", "script_config": {"target_users": ["anna"]}}
        assert call("POST", "/task", json=body).json()["code"] == 0
    counts = call("GET", "/task/stats?by=device").json()["data"]
    assert (set(counts["by_device"]), counts["aliases"]) == ({"R58M1", "R58M2"}, {"R58M1": "front_desk"})
    assert "aliases" not in call("GET", "/task/stats").json()["data"]
    call("PATCH", "/devices/R58M1", json={"group": "desk"})
    entries = call("GET", "/audit").json()["data"]["entries"]
    assert (entries[0]["path"], entries[0]["alias"]) == ("/api/v1/devices/R58M1", "front_desk")
    assert {entry["alias"] for entry in entries[1:]} == {None}


def test_a_campaign_and_its_conflicts_say_the_alias(call: Call, ledger: Ledger) -> None:
    ledger.devices.seen("R58M1", "device", "desk")
    ledger.devices.seen("R58M2", "device", "desk")
    ledger.devices.set_alias("R58M1", "front_desk")
    for name in ("One", "Two"):
        body = {
            "name": name, "schedule": {"cron": "0 9 * * *", "timezone": "UTC"},
            "task": {
                "serials": ["R58M1", "front_desk", "R58M2"], "script_name": "follow",
                "script_config": {"target_users": ["anna", "bob"]},
            },
        }  # fmt: skip
        made = call("POST", "/campaigns", json=body).json()["data"]
    phones = [{"serial": "R58M1", "alias": "front_desk"}, {"serial": "R58M2", "alias": None}]
    assert made["phones"] == phones
    assert call("GET", f"/campaigns/{made['id']}").json()["data"]["phones"] == phones
    planned = call("POST", "/plan", json={"days": 1}).json()["data"]["campaigns"]
    conflicts = [one for campaign in planned for one in campaign["conflicts"] if one["serials"]]
    assert conflicts
    assert all(one["phones"] == [each for each in phones if each["serial"] in one["serials"]] for one in conflicts)


def test_a_name_of_several_phones_is_explained_by_their_names() -> None:

    names = Names({}, {"10.0.0.7:5555": ("R58M1", "R58M2")}, {"R58M1": "front_desk"})
    told = names.why_unclear("10.0.0.7:5555")
    assert told.startswith("10.0.0.7:5555 was the address of front_desk (R58M1) and of R58M2:")


def test_a_hold_is_announced_with_the_alias(ledger: Ledger) -> None:
    ledger.devices.seen("R58M1", "device", "desk")
    ledger.devices.set_alias("R58M1", "front_desk")
    ledger.accounts.create(AccountEntry("sample", "Shop", "R58M1"))
    [account] = ledger.accounts.called("Shop")
    news = Announcement("1", datetime.now(UTC), account, ledger.devices.get("R58M1"))
    payload = event_of(news, "")["payload"]
    assert (payload["serial"], payload["alias"]) == ("R58M1", "front_desk")
    assert "R58M1" not in payload["message"]
