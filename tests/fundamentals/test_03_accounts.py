"""Accounts: a phone acts as each of its accounts, or as the one that a request names."""

from __future__ import annotations

from tests.integration.stack import Stack


def test_multi_account_mode_acts_as_each_account_of_the_phone(stack: Stack) -> None:
    ids = stack.post("follow", ["person_0141"], stack.serials[2:], enable_multi_account=True)
    tasks = stack.finished(ids)
    assert [task["status"] for task in tasks] == [2, 2], tasks
    assert sorted(stack.follows("person_0141")) == sorted(task["username"] for task in tasks)


def test_a_username_finds_the_phone_that_it_is_signed_in_on(stack: Stack) -> None:
    body = {"usernames": ["@studio_002"], "script_name": "follow", "script_config": {"target_users": "person_0151"}}
    [task] = stack.finished(stack.call("POST", "/task", body)["task_ids"])
    assert (task["status"], task["serial"]) == (2, stack.serials[1])
    assert stack.follows("person_0151") == ["studio_002"]
