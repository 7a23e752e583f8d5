"""What tasks will do before they do it: how long they take, when they end, and what limits put off. Pure."""

from __future__ import annotations

from phonefleet.plans.accounts import AccountBook, AccountFacts
from phonefleet.plans.course import Course, foresee
from phonefleet.plans.durations import Basis, Estimate, Spread, estimate_of
from phonefleet.plans.lane import Lane, Terms
from phonefleet.plans.met import Met
from phonefleet.plans.recurring import Beginning, Days, Fired, Overlap, Recurring, fire_all
from phonefleet.plans.spans import Span, merged, merged_apart
from phonefleet.plans.waits import Wait
from phonefleet.plans.work import Actor, Work

__all__ = [
    "AccountBook",
    "AccountFacts",
    "Actor",
    "Basis",
    "Beginning",
    "Course",
    "Days",
    "Estimate",
    "Fired",
    "Lane",
    "Met",
    "Overlap",
    "Recurring",
    "Span",
    "Spread",
    "Terms",
    "Wait",
    "Work",
    "estimate_of",
    "fire_all",
    "foresee",
    "merged",
    "merged_apart",
]
