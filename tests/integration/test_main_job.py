"""The main job: a POST follows people on phones, through Prefect, each once."""

from __future__ import annotations

from collections import Counter

from tests.integration.stack import Stack, until


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


def test_search_finds_the_exact_name_among_look_alikes(stack: Stack) -> None:
    [task] = stack.finished(
        stack.post("follow", ["person_0121"], stack.serials[:1], config={"access_method": "search"})
    )
    assert task["status"] == 2, task["remark"]
    assert len(stack.follows("person_0121")) == 1


def test_a_private_person_counts_as_done_when_requested(stack: Stack) -> None:
    [task] = stack.finished(stack.post("follow", ["private_0001"], stack.serials[:1]))
    assert task["status"] == 2, task["remark"]


def test_unfollow_ends_what_follow_began(stack: Stack) -> None:
    serial = stack.serials[1]
    stack.finished(stack.post("follow", ["person_0131"], [serial]))
    [task] = stack.finished(stack.post("unfollow", ["person_0131"], [serial]))
    assert task["status"] == 2, task["remark"]
    assert [gone["followee"] for gone in stack.world()["unfollows"]].count("person_0131") == 1


def test_an_unknown_person_fails_with_a_remark_that_names_them(stack: Stack) -> None:
    [task] = stack.finished(stack.post("follow", ["nobody_at_all"], stack.serials[:1]))
    assert task["status"] == 3
    assert "nobody_at_all" in task["remark"]


def test_a_failure_keeps_a_picture_and_the_hierarchy(stack: Stack) -> None:
    [task] = stack.finished(stack.post("follow", ["nobody_in_the_picture"], stack.serials[:1]))
    assert {artifact["kind"] for artifact in task["artifacts"]} == {"screenshot", "hierarchy"}
    assert all((stack.home / "evidence" / artifact["path"]).stat().st_size for artifact in task["artifacts"])


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


def test_a_run_that_a_person_starts_in_prefect_becomes_a_task(stack: Stack) -> None:
    deployment = stack.prefect("GET", "/deployments/name/follow/phone")
    parameters = {"serial": stack.serials[0], "config": {"target_users": ["person_0161"]}}
    run = stack.prefect("POST", f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})

    def adopted() -> list[dict[str, object]]:
        return [task for task in stack.call("GET", "/task?source=ui")["tasks"] if task["flow_run_id"] == run["id"]]

    [task] = until("the adoption", adopted)
    [done] = stack.finished([task["id"]])  # type: ignore[list-item]
    assert (done["status"], done["source"]) == (2, "ui"), done["remark"]
    assert len(stack.follows("person_0161")) == 1
