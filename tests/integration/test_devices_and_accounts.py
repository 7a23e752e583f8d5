"""Phones and accounts as people handle them while work goes on."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import httpx
import pytest
from lxml import etree
from PIL import Image

from tests.integration.stack import Stack, until


def look(stack: Stack, serial: str, what: str) -> httpx.Response:
    return httpx.get(f"{stack.endpoints['api']}/api/v1/devices/{serial}/{what}", timeout=30)


def accounts(stack: Stack, serial: str) -> dict[str, dict[str, Any]]:
    return {each["username"]: each for each in stack.call("GET", f"/accounts?serial={serial}")["accounts"]}


def await_rest(stack: Stack, serial: str, reason: str) -> None:
    """Wait until the worker has said that a phone gets no work, for a reason that no other test gives."""
    words = f"phone {serial} gets no work: {reason}"
    until(words, lambda: words in (stack.home / "logs" / "worker.log").read_text(errors="replace"))


def test_the_screen_of_a_phone_is_a_picture_and_xml(stack: Stack) -> None:
    stack.finished(stack.post("follow", ["person_0969"], stack.serials[:1]))
    picture, xml = look(stack, "device_serial_1", "screenshot"), look(stack, stack.serials[0], "hierarchy")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    with Image.open(BytesIO(picture.content)) as image:
        assert image.size == (1080, 2400)
    assert (xml.status_code, xml.headers["content-type"]) == (200, "application/xml")
    assert any(node.get("package") == "com.phonefleet.sample" for node in etree.fromstring(xml.content).iter("node"))


def test_every_phone_tells_what_it_is_and_does(stack: Stack) -> None:
    phones = stack.call("GET", "/devices")["devices"]
    assert {phone["alias"] for phone in phones} == {"device_serial_1", "device_serial_2", "device_serial_3"}
    assert all(phone["model"] and phone["android_version"] and phone["battery"] for phone in phones)
    assert {phone["state"] for phone in phones} <= {"online", "busy"}
    assert [len(phone["addresses"]) for phone in phones if len(phone["addresses"]) > 1] == [2]  # one by two names


def test_fifty_looks_disturb_no_task(stack: Stack) -> None:
    serial, targets = stack.serials[0], [f"person_09{number}" for number in range(70, 74)]
    ids = stack.post("follow", targets, [serial])
    seen = [look(stack, serial, what) for _ in range(25) for what in ("screenshot", "hierarchy")]
    assert {answer.status_code for answer in seen} <= {200, 409}  # 409: the uiautomator server is just being started
    assert sum(answer.status_code == 200 for answer in seen) >= 25
    assert [(task["status"], task["retry_count"]) for task in stack.finished(ids)] == [(2, 0)] * 4
    assert [len(stack.follows(target)) for target in targets] == [1] * 4


def test_matching_finds_the_accounts_that_are_signed_in(stack: Stack) -> None:
    serial = stack.serials[1]
    stack.call("DELETE", f"/accounts/{accounts(stack, serial)['studio_002']['id']}")
    stack.call("POST", "/accounts", {"username": "never_signed_in", "serial": serial})
    [task] = stack.finished(stack.call("POST", f"/devices/{serial}/match-accounts")["task_ids"])
    assert (task["status"], task["script_name"]) == (2, "match_accounts"), task["remark"]
    assert {outcome["target"]: outcome["outcome"] for outcome in task["result"]["outcomes"]} == {
        "shop_002": "signed in",
        "studio_002": "signed in",
    }
    found = {name: account["logined"] for name, account in accounts(stack, serial).items()}
    assert found == {"shop_002": True, "studio_002": True, "never_signed_in": False}
    stack.call("DELETE", f"/accounts/{accounts(stack, serial)['never_signed_in']['id']}")


@pytest.mark.parametrize(
    ("stop", "reason", "go_on", "target"),
    [
        (
            ("POST", "/quarantine", {"reason": "its cable is loose"}),
            "its cable is loose",
            ("POST", "/release", None),
            "person_0321",
        ),
        (("PATCH", "", {"enabled": False}), "it is disabled", ("PATCH", "", {"enabled": True}), "person_0322"),
    ],
)
def test_a_phone_that_people_let_rest_gets_no_work_until_they_say_so(
    stack: Stack, stop: tuple[str, str, object], reason: str, go_on: tuple[str, str, object], target: str
) -> None:
    serial, other = stack.serials[2], stack.serials[1]
    stack.call(stop[0], f"/devices/{serial}{stop[1]}", stop[2])
    await_rest(stack, serial, reason)
    [waiting] = stack.post("follow", [target], [serial])
    stack.finished(stack.post("follow", [target], [other]))
    phone = stack.call("GET", f"/devices/{serial}")
    assert (stack.task(waiting)["status"], phone["current_task"], phone["queue_length"]) == (0, None, 1)
    stack.call(go_on[0], f"/devices/{serial}{go_on[1]}", go_on[2])
    assert [task["status"] for task in stack.finished([waiting])] == [2]
    assert len(stack.follows(target)) == 2


def test_an_account_that_is_held_while_its_task_waits_does_not_act(stack: Stack) -> None:
    serial, target = stack.serials[2], "person_0331"
    account = f"/accounts/{accounts(stack, serial)['studio_003']['id']}"
    stack.call("POST", f"/devices/{serial}/quarantine", {"reason": "so that the task waits"})
    await_rest(stack, serial, "so that the task waits")
    body = {"usernames": ["studio_003"], "script_name": "follow", "script_config": {"target_users": target}}
    ids = stack.call("POST", "/task", body)["task_ids"]
    stack.call("POST", f"{account}/hold", {"reason": "its owner is on holiday"})
    stack.call("POST", f"/devices/{serial}/release")
    [failed] = stack.finished(ids)
    assert failed["status"] == 3
    assert "its owner is on holiday" in failed["remark"]
    assert stack.follows(target) == []
    stack.call("POST", f"{account}/release")
    stack.call("POST", f"/task/{ids[0]}/retry")
    assert [task["status"] for task in stack.finished(ids)] == [2]
    assert stack.follows(target) == ["studio_003"]


def test_a_held_account_does_not_act_because_nobody_named_one(stack: Stack) -> None:
    serial, target = stack.serials[1], "person_0341"
    first = stack.finished(stack.post("follow", ["person_0342"], [serial], enable_multi_account=True))
    assert [task["status"] for task in first] == [2, 2]
    last = max(first, key=lambda task: task["end_time"])["username"]  # it is the active one now
    active = f"/accounts/{accounts(stack, serial)[last]['id']}"
    stack.call("POST", f"{active}/hold", {"reason": "blocked by the app"})
    [failed] = stack.finished(stack.post("follow", [target], [serial]))
    stack.call("POST", f"{active}/release")
    assert failed["status"] == 3
    assert "blocked by the app" in failed["remark"]
    assert stack.follows(target) == []
