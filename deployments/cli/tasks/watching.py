"""Watches tasks until they have ended: by the server's event stream, or by polling when there are no events."""

from __future__ import annotations

import threading
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import cast

from deployments.cli.shared.console import err
from deployments.cli.shared.progress import progress
from deployments.cli.shared.signals import stop_signals
from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.answers import Task
from phonefleet.client.errors import NOT_FOUND
from phonefleet.client.events import Event
from phonefleet.client.tasks import PENDING, RUNNING, has_ended
from phonefleet.clock import StopSignal

POLL_WITHOUT_EVENTS = timedelta(milliseconds=500)
POLL_WITH_EVENTS = timedelta(seconds=5)
"""The tasks are read this often even while events come, because events may be lost."""
WAIT_STEP = timedelta(milliseconds=100)


class TaskEvents:
    """The latest states of tasks, from the server's event stream. `run` is called in a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[int, Task] = {}
        self._stale = True
        self.listening = False
        self.over = False

    def run(self, client: Client) -> None:
        """Listen until the stream ends or `over` is set; an error of the API ends it too, and is not raised."""
        try:
            with client:
                for event in client.events():
                    self._note(event)
                    if self.over:
                        return
        except (ApiError, ApiUnreachable):
            return
        finally:
            self.listening = False

    def _note(self, event: Event) -> None:
        with self._lock:
            self.listening = True
            if event.kind == "task" and "status" in event.data:
                self._told[event.data["id"]] = cast("Task", event.data)
            elif event.kind != "device":
                self._stale = True

    def take(self) -> dict[int, Task] | None:
        """Return the tasks that changed since the last call; None when events may be missing, so that a read is due."""
        with self._lock:
            told, unsure = self._told, self._stale or not self.listening
            self._told, self._stale = {}, False
        return None if unsure else told

    def wait(self, stop: StopSignal) -> None:
        """Wait for an event, or until the next read is due.

        Raises:
            Interrupted: the stop signal was set.

        """
        waited = timedelta()
        while (
            waited < (POLL_WITH_EVENTS if self.listening else POLL_WITHOUT_EVENTS)
            and not self._told
            and not stop.wait(WAIT_STEP)
        ):
            waited += WAIT_STEP
        stop.check()
        self._stale = self._stale or waited >= POLL_WITH_EVENTS


def watch_tasks(client: Client, ids: Sequence[int]) -> list[Task]:
    """Show progress until the tasks, or all that are unfinished now, have ended; return them.

    Raises:
        Interrupted: Ctrl-C came before.

    """
    with stop_signals() as (stop, _), _news(client) as news, progress(err()) as show:
        tasks = {task["id"]: task for task in client.some_tasks(list(ids) or _unfinished(client))}
        show(list(tasks.values()))
        while waiting := [task_id for task_id, task in tasks.items() if not has_ended(task)]:
            news.wait(stop)
            told = news.take()
            if told is None:
                told = _read_tasks(client, waiting)
                tasks = {task_id: task for task_id, task in tasks.items() if task_id in told or has_ended(task)}
            tasks |= {task_id: task for task_id, task in told.items() if task_id in tasks}
            show(list(tasks.values()))
        return list(tasks.values())


def _read_tasks(client: Client, ids: Collection[int]) -> dict[int, Task]:
    """Read the tasks from the API; those that were deleted meanwhile are left out."""
    try:
        return {task["id"]: task for task in client.some_tasks(list(ids))}
    except ApiError as error:
        if error.code != NOT_FOUND or len(ids) == 1:
            return _none_if_not_found(error)
    return {task_id: task for one in ids for task_id, task in _read_tasks(client, [one]).items()}


def _none_if_not_found(error: ApiError) -> dict[int, Task]:
    if error.code != NOT_FOUND:
        raise error
    return {}


@contextmanager
def _news(client: Client) -> Generator[TaskEvents]:
    news = TaskEvents()
    threading.Thread(target=news.run, args=(client.another(),), name="news", daemon=True).start()
    try:
        yield news
    finally:
        news.over = True


def _unfinished(client: Client) -> list[int]:
    return sorted({task["id"] for status in (PENDING, RUNNING) for task in client.iter_tasks(status=status)})
