"""The schemas of outcomes."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.answers.fields import ALL_FIELDS, Id, Instant, PageQuery
from api.answers.told import Telling, Told

Scope = Literal["task", "request"]


class OutcomeQuery(PageQuery):
    """Which page of which outcomes."""

    of: Scope = Field(
        default="task",
        description="Targets that this task has taken, or all that the tasks of its request share.",
    )


class StepOut(Telling):
    """One thing that was to be done with a target, and what came of it."""

    model_config = ConfigDict(from_attributes=True)

    action: str
    outcome: str
    detail: Told | None


class OutcomeOut(Telling):
    """What came of one target."""

    model_config = ALL_FIELDS

    position: int = Field(description="Place among the targets, from 0.")
    target: str
    posts: list[str] = Field(default_factory=list[str], description="Addresses of posts, where the target is posts.")
    outcome: str = Field(
        description="done, already, skipped, failed or unknown; while tasks go on under way or waiting; unfinished or "
        "not taken when they have ended before it."
    )
    steps: list[StepOut] = Field(default_factory=list[StepOut])
    detail: Told | None = Field(default=None, description="Why, in one sentence for a person.")
    task_id: Id | None = Field(default=None, description="The task that has taken the target.")
    account: str | None = None
    claimed_at: Instant | None = None
    ended_at: Instant | None = None


class OutcomePage(BaseModel):
    """One page of outcomes, in the order of the targets."""

    outcomes: list[OutcomeOut]
    total: int
    page: int
    page_size: int
