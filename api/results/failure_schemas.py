"""The schemas of failures by kind."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from api.answers.fields import Id, Instant, Text
from api.answers.told import Telling, Told
from phonefleet.runs.failure_kinds import kind_of
from phonefleet.words import said

MOST_HOURS = 24 * 366


def _said(kind: str) -> str:
    """Return a kind in the language of the client, with gaps for its numbers in that language, too."""
    shown = said(kind)
    return kind if shown == kind else kind_of(shown)


Kind = Annotated[Told, PlainSerializer(_said, return_type=str)]


class FailureQuery(BaseModel):
    """Which failures to tell."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: int = Field(default=24 * 7, ge=1, le=MOST_HOURS, description="How many hours back, from now on.")
    script_name: Text | None = None


class FailureKindOut(Telling):
    """Failed tasks of one kind: of the same script, for the same reason, in the same version of the app."""

    model_config = ConfigDict(from_attributes=True)

    script_name: str
    error: str = Field(description="The name of the error, such as ElementMissing; empty where nobody knows.")
    kind: Kind = Field(description="What went wrong, with a gap for what differs from task to task.")
    app: str = Field(description="The app profile; empty where nobody knows.")
    app_version: str = Field(description="Empty where the app was not reached.")
    remark: Told = Field(description="That of the latest.")
    tasks: int
    phones: int
    accounts: int
    first_at: Instant
    last_at: Instant
    task_ids: list[Id] = Field(description="The latest ones, at most 500, the latest first.")


class FailureKinds(BaseModel):
    """What has failed and was not retried since, by kind: the most frequent one first."""

    kinds: list[FailureKindOut]
    tasks: int
    begin: Instant
    end: Instant
