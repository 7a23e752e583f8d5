"""The schemas of what is done to phones as such."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from api.answers.fields import CreatedTasks, Id, Instant, Name
from api.answers.told import Telling, Told
from phonefleet.persons import Role
from phonefleet.scripts.device_action import ActionName, ActionOptions
from phonefleet.text import storable

MOST_PHONES = 10_000

OutcomeName = Literal["waiting", "running", "done", "already", "failed", "stopped", "unknown"]


class DeviceActionRequest(ActionOptions):
    """What to do, and to which phones."""

    serials: list[Name] = Field(
        default_factory=list,
        max_length=MOST_PHONES,
        description="Serials or aliases, or `group:NAME` for the enabled phones of a group; required unless `group`.",
    )
    group: Name | None = Field(default=None, description="A group, whose enabled phones are meant.")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, raw: object) -> object:
        return storable(raw)

    @property
    def names(self) -> list[str]:
        """All phones and groups that it names, as serials may name them."""
        return [*self.serials, *([f"group:{self.group}"] if self.group else [])]

    def options(self) -> dict[str, object]:
        """Return what to do, without where."""
        return self.model_dump(mode="json", exclude={"serials", "group"}, exclude_unset=True)


class CreatedActions(CreatedTasks):
    """One task for each phone, and the id under which `GET /devices/actions/{id}` tells what became of all of them."""

    id: UUID


class PhoneOutcome(Telling):
    """What became of it on one phone."""

    serial: str
    alias: str | None
    task_id: Id
    outcome: OutcomeName = Field(
        description="`unknown`: the phone is not connected, or it may have been done and nobody can see whether it was."
    )
    reason: Told | None = Field(description="Why it waits, failed or is unknown; of what was done, what came of it.")
    ended_at: Instant | None


class ActionCounts(BaseModel):
    """How many phones have each outcome."""

    waiting: int = 0
    running: int = 0
    done: int = 0
    already: int = 0
    failed: int = 0
    stopped: int = 0
    unknown: int = 0


class ActionBatch(Telling):
    """One request: what was asked for, by whom, and on how many phones it has which outcome."""

    id: UUID = Field(description="Also the request's id in the audit trail, without dashes.")
    action: ActionName
    summary: Told = Field(description="What is done, in a few words.")
    asked_by: str | None
    created_at: Instant
    total: int
    counts: ActionCounts


class ActionBatchInDetail(ActionBatch):
    """One request with the outcome of each phone."""

    devices: list[PhoneOutcome]


class ActionBatchPage(BaseModel):
    """One page of requests, newest first."""

    batches: list[ActionBatch]
    total: int
    page: int
    page_size: int


class SavedCommandOut(BaseModel):
    """A command of the administrator's list; what it runs stands there alone."""

    name: str
    description: str
    timeout: float = Field(description="How long it may take, in seconds.")
    repeatable: bool = Field(description="Whether it is run again when it was interrupted.")
    role: Role = Field(description="Who may ask for it.")


class SavedCommands(BaseModel):
    """The administrator's list of commands."""

    commands: list[SavedCommandOut]
