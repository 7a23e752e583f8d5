"""A campaign over 500 people on 20 phones, its worker killed twice: 500 outcomes, nobody approached twice."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.figures import report
from tests.integration.stack import Stack, until

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(2400)]

PHONES = 20
PEOPLE = [f"person_{number:04}" for number in range(1, 501)]
PATIENCE = 2000


@pytest.fixture
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="phonefleet-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with Stack(Path(folder), PHONES) as running:
            yield running


def outcomes(stack: Stack, task_id: int) -> list[dict[str, Any]]:
    pages = [f"/task/{task_id}/outcomes?of=request&page_size=100&page={number}" for number in range(1, 6)]
    return [one for page in pages for one in stack.call("GET", page)["outcomes"]]


def test_five_hundred_targets_have_one_outcome_each_although_the_worker_was_killed_twice(stack: Stack) -> None:
    config = {"targets": PEOPLE, "features": {"followUsers": True}, "task_interval": [0, 0]}
    body = {"script_name": "super_marketing", "serials": stack.serials, "script_config": config}
    started = time.monotonic()
    ids = stack.call("POST", "/task", body)["task_ids"]
    for share in (150, 320):
        until(f"{share} done", lambda share=share: len(stack.world()["follows"]) >= share, PATIENCE)
        stack.kill("worker")
    tasks = stack.finished(ids, PATIENCE)
    seconds = time.monotonic() - started
    told = Counter(one["outcome"] for one in outcomes(stack, ids[0]))
    follows = [follow["followee"] for follow in stack.world()["follows"]]
    shares = [task["progress"]["done"] for task in tasks]
    report(
        "500 targets, 20 phones, worker killed twice",
        outcomes=dict(told),
        people_followed=len(set(follows)),
        followed_twice=len(follows) - len(set(follows)),
        seconds=seconds,
        fewest_and_most_targets_of_a_phone=(min(shares), max(shares)),
    )
    assert {task["status"] for task in tasks} == {2}, [task["remark"] for task in tasks]
    assert told == {"done": len(PEOPLE)}
    assert sorted(follows) == PEOPLE
