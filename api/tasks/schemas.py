"""The schemas of tasks: bodies of requests and answers, as the documented local task API defines them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ModelWrapValidatorHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

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
from api.answers.told import ListToldWithin, Telling, Told, ToldWithin
from phonefleet.ledger import TaskFilter
from phonefleet.runs.states import Status
from phonefleet.scripts import forms
from phonefleet.text import bare_name, storable


def _script_named(value: object) -> object:
    if value is None or value == "":
        kind = "phonefleet_script_missing"
        raise PydanticCustomError(kind, "is required")
    return value


_STATUSES = {"pending": 0, "running": 1, "completed": 2, "failed": 3}


def _status_named(value: object) -> object:
    """Return the number of a status that is given as a word."""
    return _STATUSES.get(value.strip().lower(), value) if isinstance(value, str) else value


GivenStatus = Annotated[
    int,
    Field(ge=0, le=3),
    BeforeValidator(
        _status_named, json_schema_input_type=Literal[0, 1, 2, 3, "pending", "running", "completed", "failed"]
    ),
]

_USUAL_INTERVALS = {"seconds": (1.0, 5.0), "minutes": (0.0, 0.0)}
"""Shortest and longest wait where a request gives neither, by the unit."""

_EXAMPLE: dict[str, JsonValue] = {
    "serials": ["device_serial_1", "device_serial_2"],
    "script_name": "follow",
    "script_config": {"target_username": "@example_user"},
    "min_interval": 1,
    "max_interval": 5,
}


def _as_taken(schema: dict[str, Any]) -> None:
    """Tell in the JSON schema what is taken: null means of every field that it was not given."""
    schema |= {"examples": [_EXAMPLE], "additionalProperties": False}
    for name, field in schema["properties"].items():
        if name != "script_name" and "anyOf" not in field:
            told = {key: field.pop(key) for key in ("title", "description", "default") if key in field}
            schema["properties"][name] = {"anyOf": [dict(field), {"type": "null"}], **told}


def _again(error: ValidationError) -> Iterator[InitErrorDetails]:
    """Yield the errors of a model, to be raised again beside others."""
    for each in error.errors(include_url=False):
        kind = PydanticCustomError(each["type"], "{told}", {**each.get("ctx", {}), "told": each["msg"]})  # pyright: ignore[reportArgumentType]
        yield InitErrorDetails(type=kind, loc=each["loc"], input=each["input"])


class TaskRequest(BaseModel):
    """What to do, on which phones or as which accounts, and when."""

    model_config = ConfigDict(
        strict=True,
        extra="allow",  # what nobody knows is refused, or told, where the request is parsed
        frozen=True,
        json_schema_extra=_as_taken,
    )

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
    script_name: Annotated[str, BeforeValidator(_script_named)] = Field(
        description="One of the ten, or of your own scripts; see `GET /scripts`."
    )
    script_config: dict[str, Any] = Field(default_factory=dict, description="See the script; unknown keys are refused.")
    enable_multi_account: bool = Field(
        default=False, description="In device mode: one task for each enabled account of each device."
    )
    min_interval: Interval | None = Field(
        default=None, description="Shortest wait between tasks on one device; unset: 1 second, or 0 minutes."
    )
    max_interval: Interval | None = Field(
        default=None, description="Longest wait between tasks on one device; unset: 5 seconds, or 0 minutes."
    )
    interval_unit: Literal["seconds", "minutes"] | None = Field(
        default=None, description="Unit of both; unset: `PHONEFLEET_INTERVAL_UNIT`, which is seconds unless set."
    )
    start_time: str | None = Field(
        default=None, max_length=64, description='"HH:MM" in the configured time zone, or an ISO 8601 instant.'
    )
    app: Annotated[Name, WithJsonSchema({"type": "string", "maxLength": 200})] | None = Field(
        default=None, description="App profile to drive; unset: that of the posts or accounts, else the configured one."
    )

    def intervals(self, unit: Literal["seconds", "minutes"]) -> tuple[timedelta, timedelta]:
        """Return the shortest and the longest wait between the tasks of a phone; `unit` holds where none is named.

        A bound that is left out gives way to the other one.
        """
        wanted = timedelta(**{self.interval_unit or unit: 1})
        usual = _USUAL_INTERVALS[self.interval_unit or unit]
        shortest, longest = self.min_interval, self.max_interval
        if shortest is None:
            shortest = usual[0] if longest is None else min(usual[0], longest)
        return shortest * wanted, (max(usual[1], shortest) if longest is None else longest) * wanted

    @model_validator(mode="wrap")
    @classmethod
    def _in_the_forms_of_clients(cls, data: object, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Tell unknown fields beside everything else that is wrong: alone, they may be ignored, see `fan_out.parse`."""
        tidied = forms.tidy(cls, storable(data))
        try:
            return read(tidied)
        except ValidationError as error:
            unknown = [place for place in forms.unknown_fields(cls, tidied) if len(place) == 1]
            more = [InitErrorDetails(type="extra_forbidden", loc=place, input=None) for place in unknown]
            raise ValidationError.from_exception_data(cls.__name__, [*_again(error), *more]) from error


class TaskFilters(BaseModel):
    """Which tasks are meant."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: GivenStatus | None = Field(
        default=None, description="0 pending, 1 running, 2 completed, 3 failed; or these words."
    )
    stopped: bool | None = Field(
        default=None, description="Only tasks that were stopped or cancelled, or only those that were not."
    )
    serial: Text | None = Field(default=None, description="Serial, alias or address of a device.")
    script_name: Text | None = None
    source: Literal["ui", "api", "campaign"] | None = None
    username: Text | None = None
    campaign_id: Annotated[int, Field(ge=1, lt=LARGEST_ID)] | None = None
    created_after: Moment | None = None
    created_before: Moment | None = None

    def filter(self) -> TaskFilter:
        """Return the filter as the ledger takes it."""
        return TaskFilter(
            status=None if self.status is None else Status(self.status),
            serial=self.serial,
            script_name=self.script_name,
            source=self.source,
            username=self.username and bare_name(self.username),
            campaign_id=self.campaign_id,
            created_after=self.created_after,
            created_before=self.created_before,
            stopped=self.stopped,
        )


class TaskQuery(TaskFilters):
    """Which tasks to list."""

    page: int = Field(default=1, ge=1, le=LARGEST_PAGE_NUMBER)
    page_size: int = Field(default=20, ge=1, le=100)


class RetryQuery(TaskFilters):
    """Which of the failed tasks to retry."""

    dry_run: bool = Field(default=False, description="Only tell which tasks would be retried.")


class StatsQuery(BaseModel):
    """What to count tasks by, besides their status."""

    model_config = ConfigDict(frozen=True)

    by: Literal["script", "device"] | None = None


class ProgressOut(BaseModel):
    """How many of a task's targets are done."""

    model_config = ConfigDict(from_attributes=True)

    done: int
    total: int


class TaskOut(Telling):
    """A task."""

    model_config = ALL_FIELDS

    id: Id
    script_name: str
    script_config: dict[str, Any]
    serial: str
    alias: str | None = Field(description="What people call the phone now.")
    username: str | None
    app: str | None
    status: int = Field(description="0 pending, 1 running, 2 completed, 3 failed.")
    status_text: str
    state: str | None = Field(description="The name of the Prefect state; null until Prefect has the task.")
    remark: Told | None = Field(description="Why it failed, or did nothing, in one sentence for a person.")
    source: str
    created_at: Instant
    scheduled_for: Instant
    start_time: Instant | None
    end_time: Instant | None
    retry_count: int
    progress: ProgressOut
    result: ToldWithin | None
    flow_run_id: UUID | None
    flow_run_url: str | None = Field(default=None, description="Where people see the task in the Prefect UI.")
    wait_seconds: float = Field(description="The drawn wait on the device before this task.")
    campaign_id: int | None
    waits_for: Told | None = Field(
        default=None, description="Why a pending task has not begun, in one sentence for a person."
    )
    waits_code: str | None = Field(
        default=None,
        description="The same as a word for programs, such as `phone_offline`; see docs/waiting.md for all.",
    )


class ActionOut(Telling):
    """What was done on the device."""

    model_config = ALL_FIELDS

    id: Id
    kind: str
    account: str | None
    target: str
    state: Literal["intended", "acting", "done", "already", "unknown", "failed"]
    intended_at: Instant
    ended_at: Instant | None
    detail: Told | None
    content: str | None = Field(default=None, description="The text that was chosen for it.")


class TaskDetail(TaskOut):
    """A task with what was done on the device and the screenshots of it."""

    actions: list[ActionOut] = Field(default_factory=list[ActionOut])
    artifacts: ListToldWithin = Field(default_factory=list[Any])


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
    """The tasks that are retried, or would be."""

    retried_count: int
    task_ids: list[Id]
    dry_run: bool | None = Field(default=None, description="True where nothing was retried, only looked up.")


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
    by_device: dict[str, CountsOut] | None = Field(default=None, description="By the serials of phones.")
    aliases: dict[str, str] | None = Field(
        default=None, description="What people call those of these phones that have another name, by serial."
    )
