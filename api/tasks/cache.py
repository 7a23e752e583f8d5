"""Tasks as lists show them, kept as JSON by the version of their row: most have not changed since the last look."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, NamedTuple, cast

from cachetools import LRUCache
from fastapi import Depends, Request

from api.tasks.as_json import shown
from phonefleet.ledger import Task
from phonefleet.ledger.tasks.reading import TaskReader, Version
from phonefleet.settings import Settings

_MOST_BYTES = 24 * 1024 * 1024


class _Kept(NamedTuple):
    version: int
    text: bytes


class TaskCache:
    """The JSON of tasks. A task that has changed has another version and is read again.

    What nobody has looked at for longest gives way when all take more than `most_bytes`.
    """

    def __init__(self, reader: TaskReader, settings: Settings, most_bytes: int = _MOST_BYTES) -> None:
        self._reader = reader
        self._settings = settings
        self._kept: LRUCache[int, _Kept] = LRUCache(most_bytes, getsizeof=lambda kept: len(kept.text))
        self._aliases: dict[str, str] = {}

    async def json_of(self, versions: Sequence[Version]) -> list[bytes]:
        """Return these tasks in this order, without those that were deleted meanwhile."""
        self._forget_renamed(await self._reader.aliases())
        texts = {task_id: text for task_id, version in versions if (text := self._text(task_id, version))}
        missing = tuple(task_id for task_id, _ in versions if task_id not in texts)
        if missing:
            wanted = dict(versions)
            for task in await self._reader.some(missing):
                version = wanted[task.id]
                texts[task.id] = self._text(task.id, version) or self._keep(task, version)
        return [texts[task_id] for task_id, _ in versions if task_id in texts]

    def _forget_renamed(self, aliases: dict[str, str]) -> None:
        """Keep nothing of before a phone got another alias, which is in the JSON of its tasks."""
        if aliases != self._aliases:
            self._aliases = aliases
            self._kept.clear()

    def _text(self, task_id: int, version: int) -> bytes | None:
        kept = self._kept.get(task_id)
        return kept.text if kept is not None and kept.version == version else None

    def _keep(self, task: Task, version: int) -> bytes:
        text = shown(task, self._settings).model_dump_json().encode()
        if task.alias != self._aliases.get(task.serial):  # another request has just read another alias
            return text
        with suppress(ValueError):  # it alone is larger than all may be
            self._kept[task.id] = _Kept(version, text)
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
