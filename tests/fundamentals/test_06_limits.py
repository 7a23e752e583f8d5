"""Limits on the whole product: what an account may not do yet waits in the queue, visibly, and goes on then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.stack import AMPLE, Stack, until

ACCOUNT = "studio_003"
"""Whose limits these tests set. Nobody else follows person_0520 to person_0559."""


@pytest.fixture
def limited(stack: Stack) -> Iterator[Stack]:
    yield stack
    stack.call("PUT", "/limits", AMPLE)


def let(stack: Stack, **limits: Any) -> None:
    """Give the account limits of its own."""
    stack.call("PUT", "/limits", {**AMPLE, "overrides": [{"username": ACCOUNT, **limits}]})


def follow(stack: Stack, *numbers: int, account: str = ACCOUNT) -> list[int]:
    config = {"target_users": [f"person_{number:04}" for number in numbers]}
    body = {"usernames": [account], "script_name": "follow", "script_config": config}
    return stack.call("POST", "/task", body)["task_ids"]


def used(stack: Stack) -> int:
    [account] = stack.call("GET", f"/limits/usage?username={ACCOUNT}")["accounts"]
    return next(action["used"] for action in account["actions"] if action["kind"] == "follow")


def waiting(stack: Stack, task_id: int) -> bool:
    task = stack.task(task_id)
    return task["status"] == 0 and (task["remark"] or "").startswith("waits until ")


def await_split(stack: Stack, task_ids: list[int]) -> tuple[list[int], list[int]]:
    """Return the tasks that have been done and those that wait, once there are as many of these as of those.

    Which are done first depends on which flow runs Prefect had first: they are made at the same time.
    """

    def look() -> tuple[list[int], list[int]] | None:
        done = [task_id for task_id in task_ids if stack.task(task_id)["status"] == 2]
        late = [task_id for task_id in task_ids if waiting(stack, task_id)]
        return (done, late) if 2 * len(done) == 2 * len(late) == len(task_ids) else None

    return until("half of the tasks are done and half wait", look)


def shown_waiting(stack: Stack, task_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the task and its flow run in a moment in which both wait.

    Within seconds of a change of the limits tasks that wait are decided once more, and wait again.
    """

    def look() -> tuple[dict[str, Any], dict[str, Any]] | None:
        task = stack.task(task_id)
        run = stack.prefect("GET", f"/flow_runs/{task['flow_run_id']}")
        both_wait = task["state"] == run["state"]["name"] == "Waiting"
        return (task, run) if both_wait and task["remark"] == run["state"]["message"] else None

    return until("task and flow run wait", look)


def test_a_used_budget_makes_tasks_wait_until_tomorrow_or_until_the_limits_change(limited: Stack) -> None:
    let(limited, budgets={"follow": used(limited) + 2})
    ids = follow(limited, 520, 521, 522, 523)
    people = dict(zip(ids, ("person_0520", "person_0521", "person_0522", "person_0523"), strict=True))
    done, (next_one, unwanted) = await_split(limited, ids)
    [task] = limited.finished(follow(limited, 524, account="shop_003"))
    assert task["status"] == 2
    late, run = shown_waiting(limited, next_one)
    assert f"@{ACCOUNT} has used its {used(limited)} follows of today" in late["remark"]
    assert late["actions"] == []
    assert run["next_scheduled_start_time"][:16] > run["created"][:16]
    assert {task_id for task_id in ids if limited.follows(people[task_id]) == [ACCOUNT]} == set(done)
    assert [limited.follows(people[task_id]) for task_id in (next_one, unwanted)] == [[], []]
    limited.call("POST", f"/task/{unwanted}/stop")
    [stopped] = limited.finished([unwanted])
    assert (stopped["status"], stopped["remark"]) == (3, "stopped")
    let(limited, budgets={"follow": used(limited) + 1})
    assert [task["status"] for task in limited.finished([next_one, unwanted])] == [2, 3]
    assert [limited.follows(people[task_id]) for task_id in (next_one, unwanted)] == [[ACCOUNT], []]


def test_what_waits_in_the_queue_goes_on_by_itself_and_does_nothing_twice(limited: Stack) -> None:
    let(limited, gap=5)
    ids = follow(limited, 530, 531, 532)
    tasks = limited.finished(ids)
    assert [(task["status"], task["retry_count"]) for task in tasks] == [(2, 0)] * 3
    done = sorted(action["ended_at"] for task in tasks for action in task["actions"])
    assert len(done) == 3
    assert [limited.follows(f"person_{number:04}") for number in (530, 531, 532)] == [[ACCOUNT]] * 3


def test_where_tasks_are_to_fail_they_say_when_it_may_go_on(limited: Stack) -> None:
    let(limited)
    [done] = limited.finished(follow(limited, 541))
    assert done["status"] == 2
    let(limited, budgets={"follow": used(limited)}, when_met="fail")
    [failed] = limited.finished(follow(limited, 540))
    assert failed["status"] == 3
    assert failed["remark"].startswith(f"@{ACCOUNT} has used its ")
    assert "; it may go on at " in failed["remark"]
    let(limited)
    limited.call("POST", f"/task/{failed['id']}/retry")
    [done] = limited.finished([failed["id"]])
    assert (done["status"], limited.follows("person_0540")) == (2, [ACCOUNT])


def test_who_is_put_on_the_list_while_a_task_waits_is_not_contacted(limited: Stack) -> None:
    let(limited)
    [first] = limited.finished(follow(limited, 550))
    let(limited, gap=3000)
    [task_id] = follow(limited, 551)
    until("the second waits", lambda: waiting(limited, task_id))
    limited.call("PUT", "/do-not-contact", {"entries": [{"username": "PERSON_0551", "reason": "asked us"}]})
    let(limited)
    [second] = limited.finished([task_id])
    limited.call("DELETE", "/do-not-contact", {"usernames": ["person_0551"]})
    assert (first["status"], second["status"]) == (2, 3)
    assert "@PERSON_0551 is on the do-not-contact list" in second["remark"]
    assert limited.follows("person_0551") == []
