"""The API keeps the JSON of tasks while they stay as they are, and never more of it than it may."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from api.tasks.cache import TaskCache
from phonefleet.ledger import Task
from phonefleet.ledger.tasks.reading import TaskReader
from phonefleet.ledger.values import Progress
from phonefleet.runs.states import Status
from phonefleet.settings import Settings

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def task(task_id: int, remark: str | None = None) -> Task:
    return Task(
        id=task_id,
        script_name="follow",
        script_config={},
        serial="phone-1",
        username=None,
        app=None,
        source="api",
        status=Status.PENDING,
        state_type=None,
        state=None,
        state_at=None,
        remark=remark,
        created_at=AT,
        scheduled_for=AT,
        start_time=None,
        end_time=None,
        retry_count=0,
        progress=Progress(0, 1),
        result=None,
        flow_run_id=None,
        wait_seconds=0,
        campaign_id=None,
    )


class Reader:
    """Reads from a dict in place of a database, and remembers for what it was asked."""

    def __init__(self, *tasks: Task) -> None:
        self.tasks = {each.id: each for each in tasks}
        self.asked: list[list[int]] = []

    async def aliases(self) -> dict[str, str]:
        return {}

    async def some(self, task_ids: Sequence[int]) -> list[Task]:
        self.asked.append(list(task_ids))
        return [self.tasks[each] for each in task_ids if each in self.tasks]


def cache_of(reader: Reader, most_bytes: int = 1_000_000) -> TaskCache:
    return TaskCache(cast("TaskReader", reader), Settings(), most_bytes)


def shown(cache: TaskCache, *versions: tuple[int, int]) -> list[tuple[int, str | None]]:
    return [(one["id"], one["remark"]) for one in map(json.loads, asyncio.run(cache.json_of(versions)))]


def test_a_task_is_read_again_only_when_it_has_changed() -> None:
    reader = Reader(task(1), task(2))
    cache = cache_of(reader)
    assert shown(cache, (2, 7), (1, 7)) == [(2, None), (1, None)]
    reader.tasks[1] = task(1, "other")
    assert shown(cache, (2, 7), (1, 8)) == [(2, None), (1, "other")]
    assert reader.asked == [[2, 1], [1]]


def test_a_task_that_was_deleted_meanwhile_is_left_out() -> None:
    assert shown(cache_of(Reader(task(1))), (2, 7), (1, 7)) == [(1, None)]


def test_what_nobody_has_looked_at_for_longest_gives_way() -> None:
    reader = Reader(task(1), task(2), task(3))
    room_for_two = 2 * len(asyncio.run(cache_of(reader).json_of([(1, 7)]))[0])
    cache = cache_of(reader, room_for_two)
    reader.asked.clear()
    for task_id in (1, 2, 1, 3, 1, 2):
        shown(cache, (task_id, 7))
    assert reader.asked == [[1], [2], [3], [2]]


def test_a_task_that_is_larger_than_all_that_may_be_kept_is_shown_all_the_same() -> None:
    reader = Reader(task(1))
    cache = cache_of(reader, most_bytes=10)
    assert shown(cache, (1, 7)) == shown(cache, (1, 7)) == [(1, None)]
    assert reader.asked == [[1], [1]]
