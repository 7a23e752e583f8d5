"""Tasks as lists show them, kept as JSON by the version of their row: most have not changed since the last look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from api.tasks.as_json import listed
from phonefleet.ledger import Task
from phonefleet.ledger.tasks.reading import TaskReader, Version
from phonefleet.settings import Settings

_MOST_BYTES = 24 * 1024 * 1024


class TaskCache:
    """The JSON of tasks. A task that has changed has another version and is read again; the oldest give way."""

    def __init__(self, reader: TaskReader, settings: Settings, most_bytes: int = _MOST_BYTES) -> None:
        self._reader = reader
        self._settings = settings
        self._most = most_bytes
        self._size = 0
        self._kept: dict[int, tuple[int, bytes]] = {}

    async def json_of(self, versions: Sequence[Version]) -> list[bytes]:
        """Return these tasks in this order, without those that were deleted meanwhile."""
        texts = {task_id: text for task_id, version in versions if (text := self._text(task_id, version))}
        missing = tuple(task_id for task_id, _ in versions if task_id not in texts)
        if missing:
            wanted = dict(versions)
            for task in await self._reader.some(missing):
                version = wanted[task.id]
                texts[task.id] = self._text(task.id, version) or self._keep(task, version)
        return [texts[task_id] for task_id, _ in versions if task_id in texts]

    def _text(self, task_id: int, version: int) -> bytes | None:
        kept = self._kept.get(task_id)
        return kept[1] if kept is not None and kept[0] == version else None

    def _keep(self, task: Task, version: int) -> bytes:
        text = listed(task, self._settings)
        earlier = self._kept.pop(task.id, None)
        self._kept[task.id] = (version, text)
        self._size += len(text) - (len(earlier[1]) if earlier else 0)
        while self._size > self._most:
            self._size -= len(self._kept.pop(next(iter(self._kept)))[1])
        return text


@dataclass(frozen=True, slots=True)
class Reading:
    """How routes read tasks: `reader` asks the database, and `cache` shows what a list has found as JSON."""

    reader: TaskReader
    cache: TaskCache
    settings: Settings


async def _reading(request: Request) -> Reading:
    return cast("Reading", request.app.state.reading)


TheReading = Annotated[Reading, Depends(_reading)]
