"""Broadcasts changes of tasks and phones to all listeners.

The database notifies which rows have changed (phonefleet/ledger/tasks/changes.py); they are read once for all
listeners. It knows nothing of HTTP, which is in `api.live.routes`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Annotated, Never, cast

from fastapi import Depends, Request
from pydantic import BaseModel

from api.answers.envelope import TOO_MANY, Problem
from api.fleet.as_json import shown_phone
from api.loops.threads import in_thread
from api.prefect.client import OUTAGES
from api.tasks.as_json import shown
from api.tasks.waiting import WaitingReasons
from phonefleet.ledger import Ledger, Task
from phonefleet.ledger.tasks.changes import ChangeFeed, Changes
from phonefleet.loops import every
from phonefleet.settings import Settings
from phonefleet.waiting import Reason
from phonefleet.words import language_now, say

_log = logging.getLogger(__name__)

MOST_LISTENERS = 64
_BACKLOG = 2000
"""Events that may wait for one listener. A slower one is disconnected; it reconnects, and lists everything anew."""

_SHOWN_AT_ONCE = 200
_AGAIN_AFTER = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Event:
    """A change, with JSON or what becomes it. `task_id` and `serial` name its task or phone; None for many tasks."""

    kind: str
    content: str | BaseModel
    task_id: int | None = None
    serial: str | None = None
    _shown: dict[str | None, str] = field(default_factory=dict[str | None, str])

    @property
    def data(self) -> str:
        """The JSON, in the language of the listener who reads it."""
        language = language_now()
        if isinstance(self.content, str):
            return self.content
        if language not in self._shown:
            self._shown[language] = self.content.model_dump_json()
        return self._shown[language]

    @property
    def about_many(self) -> bool:
        """Whether it names no single task or phone, such as the event of a large batch of new tasks."""
        return self.task_id is None and self.serial is None


@dataclass(eq=False, slots=True)
class Listener:
    """A client that listens to all changes, or to those of one task or one phone; None in its queue ends the stream."""

    task_id: int | None
    serial: str | None
    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue[Event | None](_BACKLOG))

    def wants(self, event: Event) -> bool:
        """Tell whether an event is for this listener; events about many tasks are for all."""
        task = self.task_id is None or event.task_id == self.task_id or event.about_many
        return task and (self.serial is None or event.serial in {None, self.serial})


class Broadcast:
    """Sends changes to listeners. Used in the API's event loop only.

    with broadcast.listening(task_id=7) as listener:
        event = await listener.queue.get()
    """

    def __init__(self, ledger: Ledger, settings: Settings, waiting: WaitingReasons | None = None) -> None:
        self._ledger = ledger
        self._waiting = waiting
        self._settings = settings
        self._listeners: set[Listener] = set()
        self._closed = False
        self._loop = asyncio.get_running_loop()

    @contextlib.contextmanager
    def listening(self, task_id: int | None = None, serial: str | None = None) -> Generator[Listener]:
        """Listen for the time of the block. Raises `Problem` when `MOST_LISTENERS` listen already."""
        if len(self._listeners) >= MOST_LISTENERS:
            raise Problem(
                TOO_MANY,
                say(
                    "live.clients_listen_already",
                    "{most_listeners} clients listen already",
                    most_listeners=MOST_LISTENERS,
                ),
                headers={"Retry-After": "10"},
            )
        listener = Listener(task_id, serial)
        self._listeners.add(listener)
        if self._closed:
            self._dismiss(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close_soon(self) -> None:
        """End all streams in the event loop's next turn; may be called by a signal handler."""
        self._loop.call_soon_threadsafe(self.close)

    def close(self) -> None:
        """End all streams, and those that would begin later: the API shuts down."""
        self._closed = True
        for listener in list(self._listeners):
            self._dismiss(listener)

    async def run(self) -> Never:
        """Broadcast changes until cancelled."""
        thread = ThreadPoolExecutor(1, "changes")
        try:
            await every(_AGAIN_AFTER, partial(self._follow, thread), "Nobody hears of changes", OUTAGES)
        finally:
            thread.shutdown(wait=False)

    async def _follow(self, thread: ThreadPoolExecutor) -> Never:
        """Wait for notifications of the database and send the changes to the listeners.

        The connection is opened and closed in a thread of its own.
        """
        url = self._settings.database_url
        assert url is not None  # noqa: S101 - create_app has checked it
        opening = thread.submit(ChangeFeed, url.get_secret_value())
        try:
            feed = await asyncio.wrap_future(opening)
            self._tell(Event("ready", "{}"))
            while True:
                await feed.readable()
                changes = feed.new()
                if changes.serials and self._waiting:
                    self._waiting.forget()
                if changes and self._listeners:
                    await self._tell_changes(changes)
        finally:
            thread.submit(_close, opening)

    async def _tell_changes(self, changes: Changes) -> None:
        """Tell of each changed task and phone with its present contents, or of a large new batch at once."""
        tasks, others = await in_thread(self._read, changes)
        reasons = await self._waiting.told(tasks, self._settings) if self._waiting else {}
        for event in [*(self._task(task, reasons.get(task.id)) for task in tasks), *others]:
            self._tell(event)

    def _read(self, changes: Changes) -> tuple[list[Task], list[Event]]:
        """Return the changed tasks, and the events of large new batches, deleted tasks, and changed phones."""
        few = [ids for ids in changes.new if ids[1] - ids[0] < _SHOWN_AT_ONCE]
        told = [_many(first, last) for first, last in changes.new if (first, last) not in few]
        task_ids = changes.tasks.union(*(range(first, last + 1) for first, last in few))
        tasks = self._ledger.tasks.some(task_ids) if task_ids else []
        gone = changes.tasks.difference(task.id for task in tasks)
        told += [Event("task", json.dumps({"id": task_id, "deleted": True}), task_id) for task_id in sorted(gone)]
        serials = sorted(changes.serials | {task.serial for task in tasks})
        return tasks, told + [self._phone(serial) for serial in serials]

    def _task(self, task: Task, reason: Reason | None) -> Event:
        return Event("task", shown(task, self._settings, reason), task.id, task.serial)

    def _phone(self, serial: str) -> Event:
        found = self._ledger.devices.listed(serial)
        data = shown_phone(found) if found else json.dumps({"serial": serial, "deleted": True})
        return Event("device", data, None, serial)

    def _dismiss(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        with contextlib.suppress(asyncio.QueueEmpty):
            while listener.queue.full():
                listener.queue.get_nowait()
        listener.queue.put_nowait(None)

    def _tell(self, event: Event) -> None:
        for listener in [one for one in self._listeners if one.wants(event)]:
            try:
                listener.queue.put_nowait(event)
            except asyncio.QueueFull:
                self._dismiss(listener)


def _many(first: int, last: int) -> Event:
    """Return the event of a batch of new tasks that is too large to send each; clients list them instead."""
    return Event("tasks", json.dumps({"first_id": first, "last_id": last}))


def _close(opening: Future[ChangeFeed]) -> None:
    """Close a feed that was opened, also one that was still being opened when `_follow` was cancelled."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


async def _broadcast(request: Request) -> Broadcast:
    return cast("Broadcast", request.app.state.broadcast)


TheBroadcast = Annotated[Broadcast, Depends(_broadcast)]
