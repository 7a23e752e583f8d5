"""What `GET /report` answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.answers.fields import Id, Instant
from api.answers.told import Telling, Told
from phonefleet.limits.kinds import Kind


class _Read(Telling):
    model_config = ConfigDict(from_attributes=True)


class FailureOut(_Read):
    """A reason for which tasks of a script failed."""

    script_name: str
    remark: Told
    tasks: int
    latest_task_id: Id


class HeldOut(_Read):
    """An account that must not act until a person releases it."""

    username: str
    app: str
    serial: str
    alias: str | None
    reason: Told
    since: Instant


class IllOut(_Read):
    """A phone that can do nothing."""

    serial: str
    alias: str | None
    state: str
    reason: Told | None
    last_seen: Instant


class ReportOut(BaseModel):
    """What was done in a span of time, and what stands still now."""

    begin: Instant
    end: Instant
    completed: int
    failed: int
    stopped: int = Field(description="Tasks that a person stopped in that time.")
    running: int = Field(description="Tasks that run now.")
    pending: int = Field(description="Tasks that wait now.")
    actions: dict[Kind, int] = Field(description="Actions that the screen has shown to be done, by kind.")
    failures: list[FailureOut] = Field(description="The most frequent reason first.")
    held: list[HeldOut] = Field(description="Each waits for a person; the longest held first.")
    ill: list[IllOut] = Field(description="Enabled phones that can do nothing, those in quarantine first.")
    title: Told = Field(description="The report in one line.")
    text: Told = Field(description="The report as people get it; times are in the zone that its first line names.")


class SentReportOut(BaseModel):
    """The report that was sent."""

    title: Told
    text: Told


Hours = Annotated[int, Field(ge=1, le=24 * 31, description="How many hours the report covers, up to now.")]
