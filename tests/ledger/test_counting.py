"""The numbers of tasks, kept by triggers, against a count of the tasks themselves."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from phonefleet.ledger import Ledger, NewTask, StateChange, TaskFilter
from phonefleet.runs.states import Status
from tests.listed import counts_of, page_of

Make = Callable[..., NewTask]
STATES = ("SCHEDULED", "RUNNING", "COMPLETED", "FAILED")
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def some_work(ledger: Ledger, new_task: Make, seed: int) -> None:
    """Create tasks, move them through states, and delete some, as chance has it."""
    rng = random.Random(seed)
    ids: list[int] = []
    for step in range(12):
        ids += ledger.tasks.create([new_task(serial=rng.choice("ab")) for _ in range(rng.randrange(1, 9))])
        at = LATER + timedelta(seconds=step)
        for task_id in rng.sample(ids, k=len(ids) // 2):
            ledger.tasks.project(task_id, StateChange(rng.choice(STATES), "x", at))
        ledger.tasks.delete(rng.sample(ids, k=2), at) if len(ids) > 2 else None


def counted(ledger: Ledger) -> Counter[str]:
    everything = page_of(ledger, TaskFilter(created_after=datetime(2000, 1, 1, tzinfo=UTC)), size=10_000)
    assert everything.total == len(everything.items)
    return Counter(task.status_text for task in everything.items)


def test_the_numbers_are_those_of_the_tasks_whatever_happens(ledger: Ledger, new_task: Make) -> None:
    some_work(ledger, new_task, seed=1)
    numbers, expected = ledger.tasks.count(), counted(ledger)
    assert {status.text: getattr(numbers, status.text) for status in Status} == {
        s.text: expected[s.text] for s in Status
    }
    assert page_of(ledger).total == numbers.total
    assert (
        page_of(ledger, TaskFilter(status=Status.FAILED, serial="a")).total == counts_of(ledger, "serial")["a"].failed
    )


def test_several_writers_at_once_are_all_counted_while_the_numbers_are_folded(ledger: Ledger, new_task: Make) -> None:
    with ThreadPoolExecutor(5) as pool:
        writers = [pool.submit(some_work, ledger, new_task, seed) for seed in range(4)]
        while not all(writer.done() for writer in writers):
            pool.submit(ledger.tasks.counts.fold).result()
        for writer in writers:
            writer.result()
    assert ledger.tasks.count().total == counted(ledger).total()
    ledger.tasks.counts.fold()
    assert ledger.tasks.count().total == counted(ledger).total()
