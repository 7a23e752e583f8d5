"""Database, Prefect, worker and API are killed with -9 right after each other: no task fails or says a word of it."""

from __future__ import annotations

from collections import Counter

from tests.faults.follows import each_once
from tests.integration.stack import Stack, until

PEOPLE = [f"person_{number:04}" for number in range(381, 384)]
"""Nobody else follows them."""


def test_tasks_outlast_the_loss_of_every_service_in_turn(breakable: Stack) -> None:
    ids = breakable.post("follow", PEOPLE, breakable.serials)
    until("work in progress", lambda: breakable.follows(PEOPLE[0]))
    breakable.strike(["postgres", "prefect", "worker", "api"])  # still there: the phones, and what they did
    tasks = breakable.finished(ids)
    assert Counter((task["status"], task["remark"]) for task in tasks) == {(2, None): 9}
    each_once(breakable, PEOPLE, 9)
