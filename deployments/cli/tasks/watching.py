"""Follows tasks until they have ended: the server tells what changes; if it cannot, they are looked at often."""

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

OFTEN = timedelta(milliseconds=500)
SELDOM = timedelta(seconds=5)
"""How long to trust a server that says that nothing has changed."""
BREATH = timedelta(milliseconds=100)


class News:
    """What the server tells of tasks, heard by a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[int, Task] = {}
        self._unsure = True
        self.listening = False
        self.over = False

    def hear(self, client: Client) -> None:
        """Listen until there is nothing more to hear; a server that tells nothing is no error."""
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
                self._unsure = True

    def take(self) -> dict[int, Task] | None:
        """Return the tasks that were told since the last time; None when only a look tells."""
        with self._lock:
            told, unsure = self._told, self._unsure or not self.listening
            self._told, self._unsure = {}, False
        return None if unsure else told

    def wait(self, stop: StopSignal) -> None:
        """Wait for news, or until it is time for a look. Raises `Interrupted` when the stop signal is set."""
        waited = timedelta()
        while waited < (SELDOM if self.listening else OFTEN) and not self._told and not stop.wait(BREATH):
            waited += BREATH
        stop.check()
        self._unsure = self._unsure or waited >= SELDOM


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
                told = _look(client, waiting)
                tasks = {task_id: task for task_id, task in tasks.items() if task_id in told or has_ended(task)}
            tasks |= {task_id: task for task_id, task in told.items() if task_id in tasks}
            show(list(tasks.values()))
        return list(tasks.values())


def _look(client: Client, ids: Collection[int]) -> dict[int, Task]:
    """Return those of these tasks that have not been deleted meanwhile."""
    try:
        return {task["id"]: task for task in client.some_tasks(list(ids))}
    except ApiError as error:
        if error.code != NOT_FOUND or len(ids) == 1:
            return _none_of_missing(error)
    return {task_id: task for one in ids for task_id, task in _look(client, [one]).items()}


def _none_of_missing(error: ApiError) -> dict[int, Task]:
    if error.code != NOT_FOUND:
        raise error
    return {}


@contextmanager
def _news(client: Client) -> Generator[News]:
    news = News()
    threading.Thread(target=news.hear, args=(client.another(),), name="news", daemon=True).start()
    try:
        yield news
    finally:
        news.over = True


def _unfinished(client: Client) -> list[int]:
    return sorted({task["id"] for status in (PENDING, RUNNING) for task in client.iter_tasks(status=status)})
