"""The processes are killed with -9 while a person has a phone: the phone stays the person's, and its work waits."""

from __future__ import annotations

import pytest

from tests.integration.stack import Stack, until
from tests.integration.taking import await_held, enter, follow_many, take

pytestmark = pytest.mark.timeout(900)


def test_a_worker_and_an_api_that_are_killed_leave_the_phone_to_the_person(breakable: Stack) -> None:
    stack, phone = breakable, breakable.serials[2]
    targets, task_id = follow_many(stack, phone, 21)
    lease = take(stack, phone)
    await_held(stack, phone)
    stack.kill("worker")
    stack.kill("api")
    until("the phone as the new worker finds it", lambda: stack.device(phone)["addresses"])
    enter(stack, phone, lease, key="home")
    assert stack.task(task_id)["status"] == 0
    assert stack.device(phone)["taken_over"]["by"] == "Ann"
    stack.call("DELETE", f"/devices/{phone}/takeover?lease={lease}")
    [task] = stack.finished([task_id])
    assert task["status"] == 2, task["remark"]
    assert [len(stack.follows(target)) for target in targets] == [1] * len(targets)
