"""The schemas of tasks: bodies of requests and answers, as the documented local task API defines them."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)
from pydantic_core import PydanticCustomError

from api.answers.fields import (
    ALL_FIELDS,
    LARGEST_ID,
    LARGEST_PAGE_NUMBER,
    Deleted,
    Id,
    Instant,
    Interval,
    Moment,
    Name,
    Text,
    Username,
    WantedId,
)
from phonefleet.text import storable


def _script_named(value: object) -> object:
    if value is None or value == "":
        kind = "script_missing"
        raise PydanticCustomError(kind, "is required")
    return value


_EXAMPLE: dict[str, JsonValue] = {
    "serials": ["device_serial_1", "device_serial_2"],
    "script_name": "follow",
    "script_config": {"target_username": "@example_user"},
    "min_interval": 1,
    "max_interval": 5,
}


class TaskRequest(BaseModel):
    """What to do, on which phones or as which accounts, and when."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    serials: list[Name] | None = Field(
        default=None,
        description="Device serials or aliases, or `group:NAME` for the enabled devices of a group; "
        "required unless `usernames`.",
    )
    usernames: list[Username] | None = Field(
        default=None,
        description="Accounts to act as, each on the device that it is bound to; `@` is optional. "
        "`tag:NAME` means the enabled accounts with a tag.",
    )
    script_name: Annotated[str, BeforeValidator(_script_named)] = Field(description="One of the ten scripts.")
    script_config: dict[str, Any] = Field(default_factory=dict, description="See the script; unknown keys are refused.")
    enable_multi_account: bool = Field(
        default=False, description="In device mode: one task for each enabled account of each device."
    )
    min_interval: Interval = Field(default=0, description="Shortest wait between tasks on one device.")
    max_interval: Interval = Field(default=0, description="Longest wait between tasks on one device.")
    interval_unit: Literal["minutes", "seconds"] = "minutes"
    start_time: str | None = Field(
        default=None, max_length=64, description='"HH:MM" in the configured time zone, or an ISO 8601 instant.'
    )
    app: Name | None = Field(default=None, description="App profile to drive; unset: the configured one.")

    @model_validator(mode="before")
    @classmethod
    def _keep_to_storable_text(cls, data: object) -> object:
        return storable(data)


class TaskQuery(BaseModel):
    """Which tasks to list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Annotated[int, Field(ge=0, le=3)] | None = Field(
        default=None, description="0 pending, 1 running, 2 completed, 3 failed."
    )
    serial: Text | None = Field(default=None, description="Serial, alias or address of a device.")
    script_name: Text | None = None
    source: Literal["ui", "api", "campaign"] | None = None
    username: Text | None = None
    campaign_id: Annotated[int, Field(ge=1, lt=LARGEST_ID)] | None = None
    created_after: Moment | None = None
    created_before: Moment | None = None
    page: int = Field(default=1, ge=1, le=LARGEST_PAGE_NUMBER)
    page_size: int = Field(default=20, ge=1, le=100)


class StatsQuery(BaseModel):
    """What to count tasks by, besides their status."""

    model_config = ConfigDict(frozen=True)

    by: Literal["script", "device"] | None = None


class ProgressOut(BaseModel):
    """How many of a task's targets are done."""

    model_config = ConfigDict(from_attributes=True)

    done: int
    total: int


class TaskOut(BaseModel):
    """A task."""

    model_config = ALL_FIELDS

    id: Id
    script_name: str
    script_config: dict[str, Any]
    serial: str
    username: str | None
    app: str | None
    status: int = Field(description="0 pending, 1 running, 2 completed, 3 failed.")
    status_text: str
    state: str | None = Field(description="The name of the Prefect state; null until Prefect has the task.")
    remark: str | None = Field(description="Why it failed or waits, in one sentence for a person.")
    source: str
    created_at: Instant
    scheduled_for: Instant
    start_time: Instant | None
    end_time: Instant | None
    retry_count: int
    progress: ProgressOut
    result: dict[str, Any] | None
    flow_run_id: UUID | None
    flow_run_url: str | None = Field(default=None, description="Where people see the task in the Prefect UI.")
    wait_seconds: float = Field(description="The drawn wait on the device before this task.")
    campaign_id: int | None


class ActionOut(BaseModel):
    """What was done on the device."""

    model_config = ALL_FIELDS

    id: Id
    kind: str
    account: str | None
    target: str
    state: Literal["intended", "acting", "done", "already", "unknown", "failed"]
    intended_at: Instant
    ended_at: Instant | None
    detail: str | None
    content: str | None = Field(default=None, description="The text that was chosen for it.")


class TaskDetail(TaskOut):
    """A task with what was done on the device and the screenshots of it."""

    actions: list[ActionOut] = Field(default_factory=list[ActionOut])
    artifacts: list[Any] = Field(default_factory=list[Any])


class TaskPage(BaseModel):
    """One page of tasks, newest first."""

    tasks: list[TaskOut]
    total: int
    page: int
    page_size: int


class TaskIds(BaseModel):
    """Tasks to delete."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    task_ids: list[WantedId] = Field(min_length=1, max_length=10_000)


class Retried(BaseModel):
    """The tasks that are retried."""

    retried_count: int
    task_ids: list[Id]


class DeletedBatch(Deleted):
    """How many tasks were deleted, and which ids do not exist."""

    not_found: list[Id]


class CountsOut(BaseModel):
    """How many tasks have each status; `total` is their sum."""

    model_config = ConfigDict(from_attributes=True)

    total: int
    pending: int
    running: int
    completed: int
    failed: int


class Stats(CountsOut):
    """How many tasks have each status, and with `?by=` the same for each script or device."""

    by_script: dict[str, CountsOut] | None = None
    by_device: dict[str, CountsOut] | None = None
