"""A phone is its hardware: it may come by two names, under another address, or under that of another phone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.integration.stack import Stack, until

pytestmark = pytest.mark.timeout(900)


def order(stack: Stack, path: str, body: dict[str, Any]) -> None:
    answer = httpx.post(f"{stack.endpoints['world']}/phones/{path}", json=body, timeout=60, trust_env=False)
    assert answer.is_success, answer.text


def followers(stack: Stack, targets: list[str]) -> dict[str, list[str]]:
    return {target: stack.follows(target) for target in targets}


def test_phones_are_themselves_by_whatever_name_and_wherever(pair: Stack) -> None:
    front, back = pair.serials
    port = pair.addresses[0].rpartition(":")[2]

    pair.adb("connect", f"localhost:{port}")
    until("a second address", lambda: f"localhost:{port}" in pair.device(front)["addresses"])
    assert len(pair.call("GET", "/devices")["devices"]) == 2
    names = [front, "device_serial_1", pair.addresses[0], f"localhost:{port}"]
    tasks = pair.finished([*pair.post("follow", ["person_0501"], names), *pair.post("follow", ["person_0502"], names)])
    assert [(task["serial"], task["status_text"]) for task in tasks] == [(front, "completed")] * 2

    accounts = {serial: {one["username"] for one in _accounts(pair, serial)} for serial in (front, back)}
    ours, theirs = [f"person_05{number}" for number in range(10, 16)], [f"person_05{n}" for n in range(20, 26)]
    ids = [*pair.post("follow", ours, [front]), *pair.post("follow", theirs, [back])]
    until("the beginning", lambda: any(pair.task(each)["status"] == 2 for each in ids))
    order(pair, f"{front}/swap", {"with": back})
    tasks = pair.finished(ids)
    assert {task["status_text"] for task in tasks} == {"completed"}, [task["remark"] for task in tasks]
    for targets, serial in ((ours, front), (theirs, back)):
        found = followers(pair, targets)
        assert all(len(each) == 1 for each in found.values()), found
        assert {each[0] for each in found.values()} <= accounts[serial]
    until("their new places", lambda: pair.addresses[0] in pair.device(back)["addresses"])
    assert [phone["quarantine_reason"] for phone in pair.call("GET", "/devices")["devices"]] == [None, None]


def test_a_phone_that_comes_back_elsewhere_does_what_waited_for_it(pair: Stack) -> None:
    _, back = pair.serials
    before = move(pair, back)
    pair.adb("connect", before)
    until("its new place", lambda: before in pair.device(back)["addresses"])
    after = move(pair, back)
    until("its absence", lambda: pair.device(back)["state"] == "offline")
    [task_id] = pair.post("follow", ["person_0531"], [before])
    pair.adb("connect", after)
    [task] = pair.finished([task_id])
    assert (task["status_text"], task["serial"]) == ("completed", back)
    assert pair.device(before)["alias"] == "device_serial_2"


def move(stack: Stack, serial: str) -> str:
    """Let a phone come back under another address, and return that."""
    order(stack, f"{serial}/move", {"port": 0})
    [moved] = [phone for phone in _phones(stack) if phone["serial_number"] == serial]
    return moved["serial"]


def _accounts(stack: Stack, serial: str) -> list[dict[str, Any]]:
    return stack.call("GET", f"/accounts?serial={serial}")["accounts"]


def _phones(stack: Stack) -> list[dict[str, Any]]:
    return httpx.get(f"{stack.endpoints['world']}/phones", timeout=60, trust_env=False).json()
