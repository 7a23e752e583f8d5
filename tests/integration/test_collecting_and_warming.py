"""Collecting people on several phones at once, and warming up an account, through the API and Prefect.

People 0680 to 0689 belong to these tests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.integration.stack import Stack


def _create(stack: Stack, script: str, config: Mapping[str, object], serials: list[str]) -> list[dict[str, Any]]:
    body = {"serials": serials, "script_name": script, "script_config": config}
    return stack.finished(stack.call("POST", "/task", body)["task_ids"])


def test_phones_share_the_lists_of_a_request_and_nobody_is_collected_twice(stack: Stack) -> None:
    sources = ["example_user", "person_0680", "person_0681", "person_0682", "private_0068"]
    tasks = _create(stack, "scrape_user", {"target_username": sources, "max_scrape_count": 30}, stack.serials)
    assert [task["status_text"] for task in tasks if task["remark"] is None] == ["completed"] * len(
        [task for task in tasks if task["remark"] is None]
    )
    outcomes = [each for task in tasks for each in task["result"]["outcomes"]]
    assert sorted(each["target"] for each in outcomes) == sorted(sources)
    assert {each["target"]: each["outcome"] for each in outcomes}["private_0068"] == "private"
    page = stack.call("GET", f"/task/{tasks[0]['id']}/users?whole_request=true&page_size=100")
    names = [user["username"] for user in page["users"]]
    assert len(names) == len(set(names)) == page["total"] > 30
    own = [stack.call("GET", f"/task/{task['id']}/users?page_size=100")["total"] for task in tasks]
    assert sum(own) == page["total"]


def test_collected_people_are_shown_in_prefect(stack: Stack) -> None:
    [task] = _create(
        stack, "scrape_user", {"target_username": "person_0683", "scrape_mode": "following"}, stack.serials[:1]
    )
    body = {"artifacts": {"flow_run_id": {"any_": [task["flow_run_id"]]}, "type": {"any_": ["table"]}}}
    [table] = [each for each in stack.prefect("POST", "/artifacts/filter", body) if each["key"].startswith("people")]
    found = stack.call("GET", f"/task/{task['id']}/users?page_size=100")["users"]
    assert [row["username"] for row in json.loads(table["data"])] == [user["username"] for user in found]
    assert task["progress"] == {"done": len(found), "total": len(found)}


def test_an_account_is_warmed_up_for_as_long_as_asked(stack: Stack) -> None:
    config = {
        "task_duration": 6, "min_duration": 0.5, "max_duration": 1, "like_probable": 100, "collect_probable": 50,
    }  # fmt: skip
    [task] = _create(stack, "account_warmup", config, stack.serials[1:2])
    assert task["status_text"] == "completed", task["remark"]
    counts = task["result"]["counts"]
    assert counts["watched"] >= 1
    assert counts["likes"] == len([each for each in task["actions"] if each["kind"] == "like"]) >= 1
    assert task["progress"] == {"done": 6, "total": 6}
