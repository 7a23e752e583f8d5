"""One thing done to many phones at once, from the request to the phones: in their turn, and seen in Prefect."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from tests.integration.stack import Stack, until


def shell(stack: Stack, place: int, *args: str) -> str:
    """Run a command on a phone beside everything, by the real adb."""
    return stack.adb("-s", stack.addresses[place], "shell", *args).strip()


def outcomes(stack: Stack, created: dict[str, Any]) -> dict[str, tuple[str, str]]:
    found = stack.call("GET", f"/devices/actions/{created['id']}")["devices"]
    return {phone["serial"]: (phone["outcome"], phone["reason"]) for phone in found}


def test_a_group_of_phones_gets_another_time_zone_and_prefect_shows_a_run_for_each(stack: Stack) -> None:
    for serial in stack.serials:
        stack.call("PATCH", f"/devices/{serial}", {"group": "shelf"})
    body = {"group": "shelf", "action": "time_zone", "time_zone": "Europe/Riga"}
    created = stack.call("POST", "/devices/actions", body)
    tasks = stack.finished(created["task_ids"])
    told = outcomes(stack, created)
    assert set(told) == set(stack.serials)
    assert all(name == "done" and why.startswith("Europe/Riga; before, ") for name, why in told.values()), told
    assert {shell(stack, place, "getprop", "persist.sys.timezone") for place in range(3)} == {"Europe/Riga"}
    names = {stack.prefect("GET", f"/flow_runs/{task['flow_run_id']}")["name"] for task in tasks}
    assert all("set the time zone to Europe/Riga" in name for name in names), names
    again = stack.call("POST", "/devices/actions", {**body, "time_zone": "UTC"})
    stack.finished(again["task_ids"])
    assert {name for name, _ in outcomes(stack, again).values()} == {"done"}


def test_a_phone_restarts_between_its_tasks_and_works_on(stack: Stack) -> None:
    serial = stack.serials[0]
    before = int(shell(stack, 0, "settings", "get", "global", "boot_count"))
    first = stack.post("follow", ["person_0811", "person_0812"], [serial])
    created = stack.call("POST", "/devices/actions", {"serials": [serial], "action": "reboot"})
    last = stack.post("follow", ["person_0813"], [serial])
    tasks = stack.finished([*first, *created["task_ids"], *last])
    assert [task["status"] for task in tasks] == [2, 2, 2, 2], [task["remark"] for task in tasks]
    assert outcomes(stack, created) == {serial: ("done", "it has restarted and is back")}
    assert int(shell(stack, 0, "settings", "get", "global", "boot_count")) == before + 1
    assert [len(stack.follows(f"person_081{number}")) for number in (1, 2, 3)] == [1, 1, 1]
    spans = sorted((task["start_time"], task["end_time"]) for task in tasks)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_a_phone_that_is_away_is_unknown_until_it_is_back_and_has_done_it(stack: Stack) -> None:
    serial = stack.serials[1]
    stack.order_fault(serial, "closes")
    until("the phone's absence", lambda: stack.device(serial)["state"] == "offline")
    created = stack.call("POST", "/devices/actions", {"serials": [serial], "action": "wake"})
    [(name, reason)] = outcomes(stack, created).values()
    assert name == "unknown"
    assert "is offline" in reason
    stack.clear_faults(serial)
    stack.finished(created["task_ids"])
    assert outcomes(stack, created)[serial][0] in {"done", "already"}
