"""The calls about tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from math import inf
from typing import Any, Literal, TypedDict, Unpack
from urllib.parse import quote

from phonefleet.client.answers import (
    CreatedTasks,
    Deleted,
    DeletedBatch,
    FailureKinds,
    Outcome,
    OutcomePage,
    Plan,
    Retried,
    ScriptList,
    Stats,
    Task,
    TaskDetail,
    TaskPage,
)
from phonefleet.client.connection import Connection, given
from phonefleet.client.paging import items_of_pages
from phonefleet.clock import Clock
from phonefleet.words import say

PENDING, RUNNING, COMPLETED, FAILED = range(4)
ENDED = (COMPLETED, FAILED)
FEW = 5
"""Tasks that are read one by one; more come in pages."""


class TaskOptions(TypedDict, total=False):
    """What a request for tasks may say beside its script: on which phones or as whom, how, and when.

    Intervals are the shortest and longest wait between tasks on one phone. `start_time` is "HH:MM" in the server's
    time zone, or an ISO 8601 instant.
    """

    serials: Sequence[str]
    usernames: Sequence[str]
    script_config: Mapping[str, Any]
    enable_multi_account: bool
    min_interval: float
    max_interval: float
    interval_unit: Literal["minutes", "seconds"]
    start_time: str | None
    app: str | None


class TaskFilters(TypedDict, total=False):
    """Which tasks to list; None means any."""

    status: int | None
    serial: str | None
    script_name: str | None
    source: Literal["ui", "api", "campaign"] | None
    username: str | None
    campaign_id: int | None
    created_after: datetime | None
    created_before: datetime | None
    stopped: bool | None


class TaskCalls:
    """Plans, creates, lists, reads, controls and awaits tasks."""

    _connection: Connection
    _clock: Clock

    def create_tasks(
        self, script_name: str, *, idempotency_key: str | None = None, **options: Unpack[TaskOptions]
    ) -> CreatedTasks:
        """Create one task for each phone (or account) and target: all of them or none.

        With an `idempotency_key`, a repeated call answers what the first one answered.
        """
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else None
        body = given(script_name=script_name, **options)
        return self._connection.call("POST", "/task", body=body, headers=headers)

    def plan_tasks(
        self,
        script_name: str | None = None,
        *,
        days: int | None = None,
        with_paused: bool | None = None,
        campaign: Mapping[str, Any] | None = None,
        instead_of: int | None = None,
        **options: Unpack[TaskOptions],
    ) -> Plan:
        """Return what `create_tasks` would do with the same arguments, without doing it.

        With `days` alone, return what all campaigns will do from now on for so long, paused ones too if that is wanted;
        also with a `campaign` that is not entered yet, perhaps `instead_of` the one with this number.
        """
        campaigns = given(days=days, with_paused=with_paused, campaign=campaign, instead_of=instead_of)
        body = given(script_name=script_name, **options) | campaigns
        return self._connection.call("POST", "/plan", body=body)

    def list_scripts(self) -> ScriptList:
        """Return what `create_tasks` may name as its script, with the JSON schema of each one's configuration."""
        return self._connection.call("GET", "/scripts")

    def list_tasks(
        self, *, page: int | None = None, page_size: int | None = None, **filters: Unpack[TaskFilters]
    ) -> TaskPage:
        """Return one page of the tasks that pass the filters, newest first."""
        return self._connection.call("GET", "/task", query=given(page=page, page_size=page_size, **filters))

    def iter_tasks(self, **filters: Unpack[TaskFilters]) -> Iterator[Task]:
        """Yield all tasks that pass the filters, newest first, each once."""
        return items_of_pages(
            lambda page, size: self.list_tasks(page=page, page_size=size, **filters),
            lambda found: found["tasks"],
            lambda task: task["id"],
        )

    def get_task(self, task_id: int) -> TaskDetail:
        """Return one task with what was done on the phone."""
        return self._connection.call("GET", f"/task/{task_id}")

    def get_artifact(self, task_id: int, name: str) -> bytes:
        """Return a picture (PNG) or a hierarchy (XML) of a task's failure; `name` is the `path` of an artifact."""
        return self._connection.fetch(f"/task/{task_id}/artifacts/{quote(name, safe='')}").content

    def task_outcomes(
        self,
        task_id: int,
        *,
        of: Literal["task", "request"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> OutcomePage:
        """Return one page of what came of each target that a task has taken, or that its request's tasks share."""
        query = given(of=of, page=page, page_size=page_size)
        return self._connection.call("GET", f"/task/{task_id}/outcomes", query=query)

    def iter_task_outcomes(self, task_id: int, *, of: Literal["task", "request"] | None = None) -> Iterator[Outcome]:
        """Yield what came of each target that a task has taken, or that its request's tasks share."""
        return items_of_pages(
            lambda page, size: self.task_outcomes(task_id, of=of, page=page, page_size=size),
            lambda found: found["outcomes"],
            lambda outcome: outcome["position"],
        )

    def some_tasks(self, task_ids: Sequence[int]) -> list[Task]:
        """Return these tasks, in this order, in few requests. Raises `ApiError` when there is no such task."""
        found: dict[int, Task] = {}
        if len(task_ids) > FEW:
            wanted = set(task_ids)
            recent = takewhile(lambda task: task["id"] >= min(wanted), self.iter_tasks())
            found = {task["id"]: task for task in recent if task["id"] in wanted}
        return [found.get(task_id) or self.get_task(task_id) for task_id in task_ids]

    def count_tasks(self, *, by: Literal["script", "device"] | None = None) -> Stats:
        """Count the tasks of each status, and with `by` for each script or phone too."""
        return self._connection.call("GET", "/task/stats", query=given(by=by))

    def list_failures(self, *, hours: int | None = None, script_name: str | None = None) -> FailureKinds:
        """Return what has failed and was not retried since, by kind: by reason, script and version of the app."""
        return self._connection.call("GET", "/failures", query=given(hours=hours, script_name=script_name))

    def stop_task(self, task_id: int) -> Task:
        """Keep a task from starting; one that runs ends at its next safe point."""
        return self._connection.call("POST", f"/task/{task_id}/stop")

    def retry_task(self, task_id: int) -> Task:
        """Let a failed task go again; what it has done is not done again."""
        return self._connection.call("POST", f"/task/{task_id}/retry")

    def retry_all_tasks(self, *, dry_run: bool | None = None, **filters: Unpack[TaskFilters]) -> Retried:
        """Let all failed tasks go again."""
        return self._connection.call("POST", "/task/retry-all", query=given(dry_run=dry_run, **filters))

    def delete_task(self, task_id: int) -> Deleted:
        """Delete a task; one that runs is stopped first."""
        return self._connection.call("DELETE", f"/task/{task_id}")

    def delete_tasks(self, task_ids: Sequence[int]) -> DeletedBatch:
        """Delete tasks; what runs is stopped first."""
        return self._connection.call("DELETE", "/task/batch", body={"task_ids": list(task_ids)})

    def wait(
        self,
        task_ids: Sequence[int],
        *,
        timeout: timedelta | None = None,
        every: timedelta = timedelta(seconds=0.5),
    ) -> list[Task]:
        """Wait until all tasks have ended, completed or failed, and return them in the order of `task_ids`.

        Raises:
            TimeoutError: some have not ended within `timeout`.

        """
        deadline = inf if timeout is None else self._clock.monotonic() + timeout.total_seconds()
        ended: dict[int, Task] = {}
        while unfinished := [task_id for task_id in task_ids if task_id not in ended]:
            ended |= {task["id"]: task for task in self.some_tasks(unfinished) if has_ended(task)}
            if len(ended) < len(set(task_ids)):
                if self._clock.monotonic() >= deadline:
                    tasks = ", ".join(map(str, unfinished))
                    message = say("client.not_ended", "Tasks have not ended in time: {tasks}", tasks=tasks)
                    raise TimeoutError(message)
                self._clock.sleep(every)
        return [ended[task_id] for task_id in task_ids]


def has_ended(task: Task) -> bool:
    """Tell whether a task has completed or failed."""
    return task["status"] in ENDED
