"""Follows tasks until they have ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from deployments.cli.api_access import api_client
from deployments.cli.console import err
from deployments.cli.signals import stop_signals
from deployments.client import ApiClient, Json
from deployments.demo.show import progress
from deployments.demo.verdict import COMPLETED, FAILED

LOOK = timedelta(milliseconds=500)
OPEN = (0, 1)
"""Pending and running."""


def watch_tasks(url: str | None, ids: Sequence[int]) -> list[Json]:
    """Show progress until the tasks, or all that are unfinished now, have ended; return them.

    Raises:
        Interrupted: Ctrl-C came before.

    """
    with stop_signals() as (stop, _), api_client(url) as client, progress(err()) as show:
        wanted = list(ids) or _unfinished(client)
        while True:
            tasks = [client.task(task_id) for task_id in wanted]
            show(tasks)
            if all(task["status"] in {COMPLETED, FAILED} for task in tasks):
                return tasks
            stop.wait(LOOK)
            stop.check()


def _unfinished(client: ApiClient) -> list[int]:
    return sorted(task["id"] for status in OPEN for task in client.tasks(status=status))
