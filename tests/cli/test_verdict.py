from __future__ import annotations

from typing import Any

import pytest

from deployments.demo.batch import requests
from deployments.demo.verdict import verdict_of
from phonefleet.client.answers import Task

COMPLETED, FAILED, RUNNING = 2, 3, 1


def _task(number: int, script: str, target: str, status: int = COMPLETED) -> Task:
    texts = {COMPLETED: "completed", FAILED: "failed", RUNNING: "running"}
    told: Any = {
        "id": number,
        "script_name": script,
        "script_config": {"target_users": [target]},
        "status": status,
        "status_text": texts[status],
        "state": texts[status].title(),
        "remark": "the phone was lost" if status == FAILED else None,
    }
    return told


def _event(follower: str, followee: str) -> dict[str, str]:
    return {"follower": follower, "followee": followee, "at": "2026-01-01T00:00:00+00:00"}


def test_all_is_well_when_the_world_shows_each_completed_task_once() -> None:
    tasks = [_task(1, "follow", "ann"), _task(2, "follow", "ann"), _task(3, "unfollow", "ann")]
    world = {"follows": [_event("me", "ann"), _event("you", "ann")], "unfollows": [_event("me", "ann")]}
    assert verdict_of(tasks, world, failures_allowed=False).ok


def test_a_thing_done_twice_is_a_problem() -> None:
    world = {"follows": [_event("me", "ann"), _event("me", "ann")]}
    verdict = verdict_of([_task(1, "follow", "ann")], world, failures_allowed=True)
    assert verdict.problems[0] == "the world holds 2 follows of ann by me"


def test_a_completed_task_that_left_no_trace_is_a_problem() -> None:
    verdict = verdict_of([_task(1, "follow", "ann")], {"follows": []}, failures_allowed=False)
    assert verdict.problems == ("1 tasks to follow ann completed, but the world shows 0",)


def test_what_nobody_asked_for_is_a_problem() -> None:
    assert not verdict_of([], {"follows": [_event("me", "bob")]}, failures_allowed=False).ok


@pytest.mark.parametrize("happened", [True, False])
def test_with_faults_a_task_may_fail_whether_or_not_it_had_its_effect(happened: bool) -> None:  # noqa: FBT001
    tasks = [_task(1, "follow", "ann", FAILED)]
    world = {"follows": [_event("me", "ann")] if happened else []}
    assert verdict_of(tasks, world, failures_allowed=True).ok
    assert verdict_of(tasks, world, failures_allowed=False).problems == ("task 1 failed: the phone was lost",)


def test_an_unfinished_task_is_a_problem() -> None:
    verdict = verdict_of([_task(1, "follow", "ann", RUNNING)], {"follows": []}, failures_allowed=True)
    assert verdict.problems == ("task 1 is still running",)


def test_the_same_seed_asks_for_the_same() -> None:
    assert requests(["a"], 7) == requests(["a"], 7)
    assert requests(["a"], 7) != requests(["a"], 8)
