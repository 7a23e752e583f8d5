"""The limits of one account: its budgets, working hours, gaps, and whether its tasks wait or fail at a limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from phonefleet.limits.hours import Hours
from phonefleet.limits.kinds import Kind

WhenMet = Literal["wait", "fail"]

DEFAULT_BUDGETS: dict[Kind, int] = {
    "follow": 20,
    "unfollow": 20,
    "like": 100,
    "favorite": 50,
    "repost": 10,
    "share": 10,
    "comment": 5,
    "message": 5,
    "post": 3,
    "profile": 1,
}
"""Actions a day."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of one account. `gap` lies between any two actions, one of `gaps` between two of the same kind."""

    budgets: Mapping[Kind, int] = field(default_factory=lambda: dict(DEFAULT_BUDGETS))
    gap: timedelta = timedelta(0)
    gaps: Mapping[Kind, timedelta] = field(default_factory=dict[Kind, timedelta])
    hours: Hours | None = None
    when_met: WhenMet = "wait"
