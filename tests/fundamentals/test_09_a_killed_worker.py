"""A campaign whose worker is killed with -9: every target has an outcome, and none was approached twice."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.integration.stack import Stack, until

PEOPLE = [f"person_{number:04}" for number in range(600, 612)]
"""Nobody else follows them."""


def outcomes(stack: Stack, task_id: int) -> list[dict[str, Any]]:
    return stack.call("GET", f"/task/{task_id}/outcomes?of=request&page_size=100")["outcomes"]


def test_a_killed_worker_leaves_every_target_with_one_outcome_and_no_person_is_followed_twice(
    breakable: Stack,
) -> None:
    config = {"targets": PEOPLE, "features": {"followUsers": True}, "task_interval": [0, 0]}
    body = {"script_name": "super_marketing", "serials": breakable.serials, "script_config": config}
    ids = breakable.call("POST", "/task", body)["task_ids"]
    assert len(ids) == len(breakable.serials)
    until("work in progress", lambda: sum(one["outcome"] == "done" for one in outcomes(breakable, ids[0])) > 2)
    breakable.kill("worker")
    tasks = breakable.finished(ids)
    assert {task["status"] for task in tasks} == {2}, [task["remark"] for task in tasks]
    told = outcomes(breakable, ids[0])
    assert [one["target"] for one in told] == PEOPLE
    assert Counter(one["outcome"] for one in told) == {"done": len(PEOPLE)}
    follows = [follow["followee"] for follow in breakable.world()["follows"] if follow["followee"] in PEOPLE]
    assert sorted(follows) == PEOPLE
    assert sum(task["progress"]["done"] for task in tasks) == len(PEOPLE)
    assert {task["progress"]["done"] - task["progress"]["total"] for task in tasks} == {0}
