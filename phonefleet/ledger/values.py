"""The values that the ledger takes and returns: frozen dataclasses, never rows of tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from phonefleet.hardware import Hardware
from phonefleet.limits.deciding import Limit
from phonefleet.limits.kinds import Kind
from phonefleet.limits.policy import WhenMet
from phonefleet.runs.states import Status
from phonefleet.scripts.script import ScriptConfig

Source = Literal["api", "ui", "campaign"]
T = TypeVar("T")
ActionState = Literal["intended", "acting", "done", "already", "unknown", "failed"]
QuarantinedBy = Literal["person", "worker"]
"""Who put a phone in quarantine. A worker cannot release it from a person's quarantine."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a task's targets have ended, and how many it has."""

    done: int = 0
    total: int = 1


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to create; `wait_seconds` is the pause on the phone before it, `app` the name of the app profile.

    `targets` is the number of its targets, `ordinal` its place among the tasks of its request, which all have the same
    `request_id`.
    """

    script_name: str
    script_config: ScriptConfig
    serial: str
    app: str
    created_at: datetime
    scheduled_for: datetime
    username: str | None = None
    source: Source = "api"
    wait_seconds: float = 0.0
    targets: int = 1
    campaign_id: int | None = None
    ordinal: int = 0
    request_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A task; `state` and `state_type` are those of its flow run, None until Prefect has one."""

    id: int
    script_name: str
    script_config: dict[str, Any]
    serial: str
    username: str | None
    app: str | None
    source: Source
    status: Status
    state_type: str | None
    state: str | None
    state_at: datetime | None
    remark: str | None
    created_at: datetime
    scheduled_for: datetime
    start_time: datetime | None
    end_time: datetime | None
    retry_count: int
    progress: Progress
    result: dict[str, Any] | None
    flow_run_id: UUID | None
    wait_seconds: float
    campaign_id: int | None
    ordinal: int = 0
    request_id: UUID | None = None
    alias: str | None = None
    """What people call its phone now."""

    @property
    def status_text(self) -> str:
        """The status as a word."""
        return self.status.text


@dataclass(frozen=True, slots=True)
class StateChange:
    """A state that a task's flow run has entered; `at` is the state's own timestamp.

    `made_at_retry` is how many retries the task had when the run was made for it (`phonefleet.runs.keys.retry_in`): a
    task that has no run yet is not concerned by a run that was made before it was retried. `host` is whose lane says
    so; None, where nobody asks whether another host has the run.
    """

    state_type: str
    state_name: str
    at: datetime
    remark: str | None = None
    result: dict[str, Any] | None = None
    flow_run_id: UUID | None = None
    retry_count: int | None = None
    made_at_retry: int | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Adoption:
    """A flow run that was started in Prefect and is to become a task."""

    flow_run_id: UUID
    script_name: str
    script_config: dict[str, Any]
    serial: str
    username: str | None
    created_at: datetime
    source: Source = "ui"
    app: str | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """A state of a flow run, as it was observed in Prefect."""

    flow_run_id: UUID
    change: StateChange


@dataclass(frozen=True, slots=True)
class Recall:
    """A stop of a run, and the remark for its task; a run that may not exist yet is named by its key alone."""

    id: int
    flow_run_id: UUID | None
    run_key: str | None
    remark: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The key that a client gave its request, and the SHA-256 digest of the request."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks to list; None means any."""

    status: Status | None = None
    serial: str | None = None
    script_name: str | None = None
    source: Source | None = None
    username: str | None = None
    campaign_id: int | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    stopped: bool | None = None
    """Only tasks that were stopped or cancelled, or only those that were not."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, and how long the whole list is."""

    items: list[T]
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks have each status."""

    pending: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """The sum over all statuses."""
        return self.pending + self.running + self.completed + self.failed

    def __add__(self, other: Counts) -> Counts:
        """Return the sums, status by status."""
        return Counts(
            self.pending + other.pending,
            self.running + other.running,
            self.completed + other.completed,
            self.failed + other.failed,
        )


@dataclass(frozen=True, slots=True)
class Device:
    """A phone that a host has seen; `serial` is its identity, `battery` is in percent."""

    serial: str
    alias: str | None
    model: str | None
    android_version: str | None
    host: str
    state: str
    battery: int | None
    enabled: bool
    group_name: str | None
    first_seen: datetime
    last_seen: datetime
    quarantine_reason: str | None
    quarantined_until: datetime | None
    quarantined_by: QuarantinedBy | None = None
    quarantined_since: datetime | None = None
    hardware: Hardware = field(default_factory=Hardware)
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account of an app, bound to the phone with `serial`, which is "" when that phone was forgotten."""

    id: int
    username: str
    app: str
    serial: str
    enabled: bool
    signed_in: bool
    hold_reason: str | None
    held_since: datetime | None
    tags: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Intent:
    """An action that an account is about to do in a task; `person` is the username concerned if `target` is not one.

    `host` is whose lane does it; None, where nobody asks whether another host has the run.
    """

    task_id: int
    kind: Kind
    app: str
    account: str
    target: str
    person: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an account may not act now: `why` continues its name; `until` is in the limits' time zone, None: never."""

    until: datetime | None
    why: str
    limit: Limit
    when_met: WhenMet


@dataclass(frozen=True, slots=True)
class Action:
    """An action of an account, from its intent to its outcome as the screen showed it."""

    id: int
    task_id: int
    kind: str
    account: str | None
    target: str
    state: ActionState
    intended_at: datetime
    acting_at: datetime | None
    ended_at: datetime | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class TaskInDetail:
    """A task with its actions, in order, each with the text that was chosen for it, if any."""

    task: Task
    actions: list[tuple[Action, str | None]]


@dataclass(frozen=True, slots=True)
class ChosenText:
    """A text that an action types; `note` tells its origin when it is not the text that was asked for."""

    content: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A task without a flow run, with all that is needed to create one; `alias` is the phone's."""

    task_id: int
    run_key: str
    script_name: str
    script_config: dict[str, Any]
    serial: str
    username: str | None
    app: str | None
    wait_seconds: float
    scheduled_for: datetime
    source: Source
    campaign_id: int | None
    attempts: int
    alias: str | None
