"""What the task API answers about tasks and itself, field by field; instants are ISO 8601 text with offset."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class CreatedTasks(TypedDict):
    """The tasks of a request: all of them, in order."""

    task_ids: list[int]
    created_count: int


class Progress(TypedDict):
    """How many of a task's targets are done."""

    done: int
    total: int


class Task(TypedDict):
    """A task; its `status` is 0 pending, 1 running, 2 completed, 3 failed."""

    id: int
    script_name: str
    script_config: dict[str, Any]
    serial: str
    username: str | None
    app: str | None
    status: int
    status_text: str
    state: str | None
    remark: str | None
    source: str
    created_at: str
    scheduled_for: str
    start_time: str | None
    end_time: str | None
    retry_count: int
    progress: Progress
    result: dict[str, Any] | None
    flow_run_id: str | None
    flow_run_url: str | None
    wait_seconds: float
    campaign_id: int | None


class Action(TypedDict):
    """What was done on a phone."""

    id: int
    kind: str
    account: str | None
    target: str
    state: Literal["intended", "acting", "done", "already", "unknown", "failed"]
    intended_at: str
    ended_at: str | None
    detail: str | None
    content: str | None


class TaskDetail(Task):
    """A task with what was done on the phone and the evidence of it."""

    actions: list[Action]
    artifacts: list[Any]


class TaskPage(TypedDict):
    """One page of tasks, newest first."""

    tasks: list[Task]
    total: int
    page: int
    page_size: int


class Retried(TypedDict):
    """The tasks that go again."""

    retried_count: int
    task_ids: list[int]


class Deleted(TypedDict):
    """How many tasks are gone."""

    deleted_count: int


class DeletedBatch(Deleted):
    """How many tasks are gone, and which there never were."""

    not_found: list[int]


class Counts(TypedDict):
    """How many tasks have each status; `total` is their sum."""

    total: int
    pending: int
    running: int
    completed: int
    failed: int


class Stats(Counts):
    """How many tasks have each status, and if asked for the same by script or by phone."""

    by_script: NotRequired[dict[str, Counts] | None]
    by_device: NotRequired[dict[str, Counts] | None]


class License(TypedDict):
    """What the installation allows."""

    plan_name: str
    api_enabled: bool
    device_limit: int
    message: str


class Health(TypedDict):
    """That the server answers."""

    status: Literal["ok"]
