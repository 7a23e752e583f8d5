"""Pages and numbers of tasks as lists read them, against the tasks themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
import pytest

from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger import Ledger, NewTask, StateChange, TaskFilter
from phonefleet.ledger.tasks import reading as under_test
from phonefleet.ledger.tasks.reading import TaskReader
from phonefleet.ledger.values import Counts
from phonefleet.runs.states import Status

Make = Callable[..., NewTask]
T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]
_END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND datname = current_database() AND backend_type = 'client backend'"
)
LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def run() -> Iterator[Run[Any]]:
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture
def reader(postgres_url: str, run: Run[Any]) -> Iterator[TaskReader]:
    opened = TaskReader(postgres_url, connections=2)
    yield opened
    run(opened.close())


@pytest.mark.parametrize("size", [1, 7, 10])
@pytest.mark.parametrize("shallow", [-1, 1000])
def test_every_page_from_either_end_holds_the_next_tasks(  # noqa: PLR0913, PLR0917 - what a reader needs
    ledger: Ledger, reader: TaskReader, run: Run[Any], new_task: Make, size: int, shallow: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(under_test, "_SHALLOW", shallow)
    ids = ledger.tasks.create([new_task() for _ in range(25)])
    ledger.tasks.delete([ids[3], ids[20]], LATER)
    expected = [task_id for task_id in reversed(ids) if task_id not in {ids[3], ids[20]}]
    pages = [run(reader.page(TaskFilter(), number, size)) for number in range(1, 30)]
    assert [task_id for page in pages for task_id, _ in page.items] == expected
    assert {page.total for page in pages} == {23}


def test_a_version_changes_with_its_task_and_with_no_other(
    ledger: Ledger, reader: TaskReader, run: Run[Any], new_task: Make
) -> None:
    first, second = ledger.tasks.create([new_task(), new_task()])
    before = dict(run(reader.page(TaskFilter(), 1, 20)).items)
    ledger.tasks.project(first, StateChange("RUNNING", "Running", LATER))
    after = dict(run(reader.page(TaskFilter(), 1, 20)).items)
    assert (after[first] != before[first], after[second] != before[second]) == (True, False)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (TaskFilter(status=Status.RUNNING), [1]),
        (TaskFilter(serial="b"), [2]),
        (TaskFilter(serial="bee"), [2]),
        (TaskFilter(serial="nobody"), []),
        (TaskFilter(username="anna"), [0]),
        (TaskFilter(source="ui"), []),
        (TaskFilter(script_name="follow", serial="a"), [1, 0]),
        (TaskFilter(created_after=LATER), []),
        (TaskFilter(created_before=LATER, status=Status.PENDING), [2, 0]),
        (TaskFilter(campaign_id=7), [0]),
    ],
)
def test_each_filter_finds_its_tasks(  # noqa: PLR0913, PLR0917 - what a reader needs
    ledger: Ledger, reader: TaskReader, run: Run[Any], new_task: Make, wanted: TaskFilter, expected: list[int]
) -> None:
    ledger.devices.seen("b", "online", "host")
    ledger.devices.set_alias("b", "bee")
    tasks = [new_task(serial="a", username="anna", campaign_id=7), new_task(serial="a"), new_task(serial="b")]
    ids = ledger.tasks.create(tasks)
    ledger.tasks.project(ids[1], StateChange("RUNNING", "Running", LATER))
    page = run(reader.page(wanted, 1, 20))
    assert [ids.index(task_id) for task_id, _ in page.items] == expected
    assert page.total == len(expected)


def test_any_page_of_any_span_of_time_is_found_among_blocks_of_tasks(
    ledger: Ledger, reader: TaskReader, run: Run[Any], new_task: Make
) -> None:
    rng, start = Random(5), datetime(2029, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(hours=number // 300, minutes=rng.randrange(400)) for number in range(2500)]
    ids = ledger.tasks.create([new_task(created_at=moment) for moment in moments])
    ledger.tasks.delete(ids[1000:1100], LATER)
    ledger.tasks.counts.fold()
    for task_id in (ids[0], ids[1200], ids[1201]):
        ledger.tasks.project(task_id, StateChange("FAILED", "Failed", LATER))
    live = [*zip(ids[:1000], moments[:1000], strict=True), *zip(ids[1100:], moments[1100:], strict=True)]
    for after, before in [(None, None), (3, None), (None, 5), (2, 6), (7, 7), (None, 0), (40, None)]:
        bounds = [None if hours is None else start + timedelta(hours=hours) for hours in (after, before)]
        wanted = TaskFilter(created_after=bounds[0], created_before=bounds[1])
        failed = TaskFilter(status=Status.FAILED, created_after=bounds[0], created_before=bounds[1])
        expected = [one for one, at in live if (bounds[0] or start) <= at < (bounds[1] or LATER) and at != bounds[0]]
        failures = [one for one in expected if one in {ids[0], ids[1200], ids[1201]}]
        assert [one for one, _ in run(reader.page(failed, 1, 9)).items] == failures[::-1]
        for number in (1, 2, 3, 9, 14, 25, 99):
            page = run(reader.page(wanted, number, 100))
            assert page.total == len(expected)
            assert [one for one, _ in page.items] == expected[::-1][(number - 1) * 100 : number * 100]


def test_who_asks_the_same_at_once_is_answered_together_and_never_with_what_was_true_before(
    ledger: Ledger, reader: TaskReader, run: Run[Any], new_task: Make
) -> None:
    async def asked_while_tasks_are_made() -> list[bool]:
        answers: list[asyncio.Task[bool]] = []
        for number in range(1, 30):
            await asyncio.to_thread(ledger.tasks.create, [new_task()])
            answers += [asyncio.create_task(_knows(reader, number)) for _ in range(10)]
        return await asyncio.gather(*answers)

    assert all(run(asked_while_tasks_are_made()))


async def _knows(reader: TaskReader, number: int) -> bool:
    page = await reader.page(TaskFilter(), 1, 5)
    return page.total >= number


def test_a_list_reads_tasks_as_the_ledger_does(
    ledger: Ledger, reader: TaskReader, run: Run[Any], new_task: Make
) -> None:
    ids = ledger.tasks.create([new_task(username="anna", campaign_id=7), new_task(serial="b")])
    change = StateChange("FAILED", "Failed", LATER, "no such person", {"seen": [1]}, uuid4(), 2)
    ledger.tasks.project(ids[0], change)
    ledger.tasks.set_progress(ids[0], 1, 3)
    read = run(reader.some((*ids, ids[-1] + 1)))
    assert sorted(read, key=lambda task: task.id) == ledger.tasks.some(ids)


def test_the_numbers_are_those_of_the_ledger(ledger: Ledger, reader: TaskReader, run: Run[Any], new_task: Make) -> None:
    assert run(reader.counts()) == {}
    ledger.tasks.create([new_task(serial=serial) for serial in "aab"])
    assert run(reader.counts())[""] == ledger.tasks.count()
    assert run(reader.counts("serial")) == {"a": Counts(pending=2), "b": Counts(pending=1)}
    assert run(reader.counts("script_name")) == {"follow": Counts(pending=3)}


def test_a_lost_connection_is_replaced_and_a_lost_database_is_told(
    reader: TaskReader, run: Run[Any], postgres_url: str
) -> None:
    run(reader.counts())
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as operator:
        operator.execute(_END_ALL)
    assert run(reader.counts()) == {}
    with pytest.raises(LedgerUnreachable):
        run(TaskReader("postgresql://nobody@127.0.0.1:1/nothing").counts())
