"""What a report tells: counts of what ended in a span of time, and what stands still at its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from phonefleet.limits.kinds import Kind


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason for which tasks of a script failed, how many did, and the latest of them."""

    script_name: str
    remark: str
    tasks: int
    latest_task_id: int


@dataclass(frozen=True, slots=True)
class Held:
    """An account that must not act until a person releases it; `serial` is "" when its phone was forgotten."""

    username: str
    app: str
    serial: str
    alias: str | None
    reason: str
    since: datetime

    @property
    def phone(self) -> str:
        """What people call its phone; "" for none."""
        return self.alias or self.serial


@dataclass(frozen=True, slots=True)
class Ill:
    """A phone that can do nothing: what people call it, its state (as `GET /devices` has it), and why."""

    serial: str
    alias: str | None
    state: str
    reason: str | None
    last_seen: datetime

    @property
    def name(self) -> str:
        """What people call it."""
        return self.alias or self.serial


@dataclass(frozen=True, slots=True)
class Report:
    """What was done from `begin` (included) until `end` (excluded), and what stands still now.

    `completed`, `failed` and `stopped` (by a person) count tasks that ended in that time, `running` and `pending` those
    that are left now. `actions` counts what the screen has shown to be done, by kind.
    """

    begin: datetime
    end: datetime
    completed: int
    failed: int
    stopped: int
    running: int
    pending: int
    actions: dict[Kind, int]
    failures: tuple[Failure, ...]
    held: tuple[Held, ...]
    ill: tuple[Ill, ...]

    @property
    def needs_a_person(self) -> bool:
        """Whether an account or a phone waits for somebody."""
        return bool(self.held or self.ill)
