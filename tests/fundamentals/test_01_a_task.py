"""A task: a POST makes tasks for phones; they run through Prefect, and each person is followed once."""

from __future__ import annotations

from collections import Counter

from tests.integration.stack import Stack


def test_the_quick_start_of_the_documentation_works_as_it_stands(stack: Stack) -> None:
    assert stack.call("GET", "/license/check")["api_enabled"] is True
    request = {
        "serials": ["device_serial_1", "device_serial_2"],
        "script_name": "follow",
        "script_config": {"target_username": "@example_user"},
        "enable_multi_account": False,
        "min_interval": 1,
        "max_interval": 5,
    }
    created = stack.call("POST", "/task", request)
    assert created["created_count"] == 2
    assert stack.call("GET", "/task?status=0&page=1&page_size=20")["page_size"] == 20
    tasks = stack.finished(created["task_ids"])
    assert [task["status"] for task in tasks] == [2, 2]
    [one, other] = [action["account"] for task in tasks for action in task["actions"]]
    follows = Counter(stack.follows("example_user"))  # others follow this one too: the examples of the README
    assert one != other
    assert follows[one] == follows[other] == 1


def test_each_follow_stands_in_the_world_once_and_in_the_ledger_as_done(stack: Stack) -> None:
    ids = stack.post("follow", ["person_0101", "person_0102"], stack.serials)
    tasks = stack.finished(ids)
    assert [task["status_text"] for task in tasks] == ["completed"] * 6
    assert {task["actions"][0]["state"] for task in tasks} == {"done"}
    actors = {task["actions"][0]["account"] for task in tasks if task["actions"][0]["target"] == "person_0101"}
    assert actors == set(stack.follows("person_0101")), "the ledger knows who acted where nobody was named"
    assert len(set(stack.follows("person_0101"))) == len(stack.follows("person_0101")) == 3


def test_who_is_followed_already_is_left_alone(stack: Stack) -> None:
    serial = stack.serials[0]
    stack.finished(stack.post("follow", ["person_0111"], [serial]))
    [again] = stack.finished(stack.post("follow", ["person_0111"], [serial]))
    assert again["actions"][0]["state"] == "already"
    assert len(stack.follows("person_0111")) == 1


def test_unfollow_ends_what_follow_began(stack: Stack) -> None:
    serial = stack.serials[1]
    stack.finished(stack.post("follow", ["person_0131"], [serial]))
    [task] = stack.finished(stack.post("unfollow", ["person_0131"], [serial]))
    assert task["status"] == 2, task["remark"]
    assert [gone["followee"] for gone in stack.world()["unfollows"]].count("person_0131") == 1
