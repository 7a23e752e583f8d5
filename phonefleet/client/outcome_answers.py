"""What the task API answers about the targets of a task, field by field."""

from __future__ import annotations

from typing import TypedDict


class OutcomeStep(TypedDict):
    """One thing that was to be done with a target, and what came of it."""

    action: str
    outcome: str
    detail: str | None


class Outcome(TypedDict):
    """What came of one target; `position` counts from 0."""

    position: int
    target: str
    posts: list[str]
    outcome: str
    steps: list[OutcomeStep]
    detail: str | None
    task_id: int | None
    account: str | None
    claimed_at: str | None
    ended_at: str | None


class OutcomePage(TypedDict):
    """One page of outcomes, in the order of the targets."""

    outcomes: list[Outcome]
    total: int
    page: int
    page_size: int
