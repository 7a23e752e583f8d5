"""Tasks as lists show them, kept as JSON by the version of their row: most have not changed since the last look."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, NamedTuple, cast

from cachetools import LRUCache
from fastapi import Depends, Request
from pydantic_core import to_json

from api.tasks.as_json import shown
from api.tasks.waiting import WaitingReasons, pending
from phonefleet.ledger import Task
from phonefleet.ledger.tasks.reading import TaskReader, Version
from phonefleet.masking import hidden
from phonefleet.own_scripts.scripts import Scripts
from phonefleet.settings import Settings
from phonefleet.waiting import PendingTask, Reason
from phonefleet.words import Message, language_now, packed_params, said

_MOST_BYTES = 24 * 1024 * 1024
_MOST_REASONS = 10_000
_NO_REASON = b'"waits_for":null,"waits_code":null}'
_REASON = b'"waits_for":%b,%b"waits_code":%b}'
_BESIDE = b'"waits_for_id":%b,"waits_for_params":%b,'


class _Kept(NamedTuple):
    version: int
    text: bytes
    pending: PendingTask | None


class TaskCache:
    """The JSON of tasks. A task that has changed has another version and is read again.

    What nobody has looked at for longest gives way when all take more than `most_bytes`.
    """

    def __init__(
        self,
        reader: TaskReader,
        settings: Settings,
        most_bytes: int = _MOST_BYTES,
        waiting: WaitingReasons | None = None,
    ) -> None:
        self._reader = reader
        self._waiting = waiting
        self._settings = settings
        self._scripts = waiting.scripts if waiting else Scripts()
        self._kept: LRUCache[tuple[int, str | None], _Kept] = LRUCache(
            most_bytes, getsizeof=lambda kept: len(kept.text)
        )
        self._aliases: dict[str, str] = {}

    async def json_of(self, versions: Sequence[Version]) -> list[bytes]:
        """Return these tasks in this order, without those that were deleted meanwhile."""
        self._forget_renamed(await self._reader.aliases())
        found = {task_id: kept for task_id, version in versions if (kept := self._found(task_id, version))}
        missing = tuple(task_id for task_id, _ in versions if task_id not in found)
        if missing:
            wanted = dict(versions)
            for task in await self._reader.some(missing):
                version = wanted[task.id]
                found[task.id] = self._found(task.id, version) or self._keep(task, version)
        reasons = await self._reasons([kept.pending for kept in found.values() if kept.pending])
        return [_with_reason(found[each].text, reasons.get(each)) for each, _ in versions if each in found]

    def _forget_renamed(self, aliases: dict[str, str]) -> None:
        """Keep nothing of before a phone got another alias, which is in the JSON of its tasks."""
        if aliases != self._aliases:
            self._aliases = aliases
            self._kept.clear()

    def _found(self, task_id: int, version: int) -> _Kept | None:
        kept = self._kept.get((task_id, language_now()))
        return kept if kept is not None and kept.version == version else None

    def _keep(self, task: Task, version: int) -> _Kept:
        text = shown(task, self._settings).model_dump_json().encode()
        kept = _Kept(version, text, pending(task, self._settings, self._scripts))
        if task.alias != self._aliases.get(task.serial):  # another request has just read another alias
            return kept
        with suppress(ValueError):  # it alone is larger than all may be
            self._kept[task.id, language_now()] = kept
        return kept

    async def _reasons(self, waiting: Sequence[PendingTask]) -> dict[int, Reason]:
        """Return why these tasks wait; that changes without them, and is never kept with them."""
        return await self._waiting.of(waiting) if self._waiting and waiting else {}


def _with_reason(text: bytes, reason: Reason | None) -> bytes:
    """Return a task's JSON with the reason in its last two fields."""
    if reason is None:
        return text
    return text.removesuffix(_NO_REASON) + _reason_json(reason, language_now())


@lru_cache(_MOST_REASONS)
def _reason_json(reason: Reason, language: str | None) -> bytes:
    sentence = hidden(reason.sentence)
    beside = b""
    if language is not None and isinstance(sentence, Message):
        beside = _BESIDE % (to_json(sentence.id), to_json(packed_params(sentence)))
    return _REASON % (to_json(said(sentence)), beside, to_json(reason.code))


@dataclass(frozen=True, slots=True)
class Reading:
    """How routes read tasks: `reader` asks the database, and `cache` shows what a list has found as JSON."""

    reader: TaskReader
    cache: TaskCache
    settings: Settings
    waiting: WaitingReasons


async def _reading(request: Request) -> Reading:
    return cast("Reading", request.app.state.reading)


TheReading = Annotated[Reading, Depends(_reading)]
