"""Looking at phones and taking them over, as the API answers it where no worker and no phone is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from phonefleet.ledger import Ledger, NewTask
from phonefleet.scripts import FLOWS
from tests.api.conftest import Call

PATH = "/devices/device_serial_1/takeover"


def take(call: Call, **body: object) -> str:
    answer = call("POST", PATH, json=body).json()
    assert answer["code"] == 0, answer
    return answer["data"]["lease"]


def held(call: Call, ledger: Ledger, **body: object) -> str:
    """Take a phone over, and say in the worker's place that it is free."""
    lease = take(call, **body)
    ledger.takeovers.hold("phone-1", datetime.now(UTC))
    return lease


def test_a_takeover_waits_for_the_worker_and_is_shown_wherever_the_phone_is(call: Call, ledger: Ledger) -> None:
    take(call, by="Ann", idle_seconds=300)
    shown = call("GET", "/devices/phone-1").json()["data"]["taken_over"]
    assert (shown["state"], shown["by"]) == ("waiting", "Ann")
    ledger.takeovers.hold("phone-1", datetime.now(UTC))
    listed = call("GET", "/devices").json()["data"]["devices"]
    assert [phone["taken_over"] and phone["taken_over"]["state"] for phone in listed] == ["held", None]


def test_the_lease_is_told_to_its_holder_only(call: Call) -> None:
    lease = take(call, by="Ann")
    assert call("GET", PATH).json()["data"]["lease"] is None
    assert take(call, by="Ann") == lease
    refused = call("POST", PATH, json={"by": "Ben"}).json()
    assert (refused["code"], refused["data"]["by"]) == (40901, "Ann")
    assert lease not in str(refused)


def test_a_task_of_the_phone_says_who_has_it_and_until_when(call: Call, ledger: Ledger) -> None:
    now = datetime.now(UTC)
    config = FLOWS["follow"].parse({"target_users": ["ann"]})
    due = now - timedelta(seconds=1)
    ledger.tasks.create([NewTask("follow", config, "phone-1", "sample", created_at=now, scheduled_for=due)])
    take(call, by="Ann")
    [task] = call("GET", "/task").json()["data"]["tasks"]
    assert task["waits_code"] == "phone_taken_over"
    assert task["waits_for"].startswith("device_serial_1 is taken over by Ann: the task waits until ")
    plan = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["ann"]}}
    assert "is taken over by Ann for 2 min" in str(call("POST", "/plan", json=plan).json())


@pytest.mark.parametrize(
    "entered",
    [
        {},
        {"key": "home", "text": "a"},
        {"key": "self-destruct"},
        {"tap": {"x": 1.2, "y": 0}},
        {"tap": {"x": 0.5}},
        {"tap": {"x": "NaN", "y": 0}},
        {"tap": {"x": True, "y": 0}},
        {"tap": {"x": 0, "y": 0, "seconds": False}},
        {"tap": {"x": 0, "y": 0, "seconds": 60}},
        {"swipe": {"from": {"x": 0, "y": 0}}},
        {"text": ""},
        {"text": "a" * 2001},
        {"shell": "reboot"},
    ],
)
def test_what_is_no_input_is_refused_and_not_counted(call: Call, ledger: Ledger, entered: dict[str, object]) -> None:
    lease = held(call, ledger, by="Ann")
    assert call("POST", f"{PATH}/input", json={"lease": lease, **entered}).json()["code"] == 40001
    assert call("GET", PATH).json()["data"]["inputs"] == 0


def test_a_refused_input_does_not_repeat_what_was_typed(call: Call, ledger: Ledger) -> None:
    lease = held(call, ledger)
    typed = "my-secret-" * 250
    answer = call("POST", f"{PATH}/input", json={"lease": lease, "text": typed})
    assert "my-secret" not in answer.text


def test_an_input_on_a_phone_that_is_away_says_so_by_its_name(call: Call, ledger: Ledger) -> None:
    lease = held(call, ledger)
    answer = call("POST", f"{PATH}/input", json={"lease": lease, "key": "home"}).json()
    assert answer["code"] == 40901
    assert "lease" not in answer["message"]


def test_a_phone_is_given_back_by_its_holder_or_by_force(call: Call, ledger: Ledger) -> None:
    lease = held(call, ledger, by="Ann")
    assert call("DELETE", PATH).json()["code"] == 40901
    assert call("DELETE", PATH, params={"lease": lease}).json()["data"]["state"] == "none"
    assert call("DELETE", PATH, params={"lease": lease}).json()["code"] == 40901
    held(call, ledger, by="Ben")
    assert call("DELETE", PATH, params={"force": True}).json()["code"] == 0
    earlier = call("GET", PATH).json()["data"]["earlier"]
    assert [one["by"] for one in earlier] == ["Ben", "Ann"]
    assert earlier[1]["ended_by"] == "Ann"
    assert earlier[0]["ended_by"].startswith("somebody at ")


def test_who_gives_no_name_is_known_by_the_address(call: Call) -> None:
    assert take(call) == take(call)
    assert call("GET", PATH).json()["data"]["by"].startswith("somebody at ")


def test_taking_over_is_audited_and_looking_is_not(call: Call) -> None:
    lease = take(call, by="Ann")
    call("POST", f"{PATH}/input", json={"lease": lease, "text": "kept nowhere"})
    call("POST", "/screens", json={"phones": [{"serial": "phone-1"}]})
    call("DELETE", PATH, params={"lease": lease})
    entries = call("GET", "/audit").json()["data"]["entries"]
    mine = [
        (one["method"], one["path"].removeprefix("/api/v1"))
        for one in entries
        if "phone" in one["path"] or "device" in one["path"]
    ]
    assert mine[:3] == [("DELETE", PATH), ("POST", f"{PATH}/input"), ("POST", PATH)]
    assert not any("screens" in one["path"] for one in entries)
    assert "kept nowhere" not in str(entries)


def test_phones_that_cannot_be_seen_say_why_and_keep_no_other_waiting(call: Call, ledger: Ledger) -> None:
    ledger.devices.seen("phone-2", "unauthorized", "host")
    phones = [{"serial": name} for name in ("device_serial_2", "nobody")]
    shown = call("POST", "/screens", json={"phones": phones}).json()["data"]["screens"]
    assert [one["serial"] for one in shown] == ["device_serial_2", "nobody"]
    assert shown[0]["error"] == "device_serial_2 has not allowed debugging from its computer."
    assert shown[1]["error"] == "There is no phone of this name."
    assert all(one["jpeg"] is None and one["tag"] is None for one in shown)
    alone = call("GET", "/devices/phone-2/screen").json()
    assert (alone["code"], alone["message"]) == (40901, "device_serial_2 has not allowed debugging from its computer.")


@pytest.mark.parametrize(
    "body",
    [
        {"phones": []},
        {"phones": [{"serial": "phone-1"}] * 201},
        {"phones": [{"serial": "phone-1"}], "width": 4000},
        {"phones": [{"serial": "phone-1"}], "wait": 3600},
        {"phones": [{"serial": "phone-1"}], "wait": False},
        {"phones": [{"serial": "phone-1"}], "quality": "60"},
        {"phones": [{"serial": "phone-1", "colour": "red"}]},
    ],
)
def test_questions_without_bounds_are_refused(call: Call, body: dict[str, object]) -> None:
    assert call("POST", "/screens", json=body).json()["code"] == 40001
