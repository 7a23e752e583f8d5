"""What tasks will do before they do it: how long they take, when they end, and what limits put off. Pure."""

from __future__ import annotations

from phonefleet.plans.accounts import AccountBook, AccountFacts
from phonefleet.plans.course import Course, Met, foresee
from phonefleet.plans.deeds import deeds_of
from phonefleet.plans.durations import Basis, Estimate, Spread, estimate_of
from phonefleet.plans.spans import Span, merged
from phonefleet.plans.work import Work

__all__ = [
    "AccountBook",
    "AccountFacts",
    "Basis",
    "Course",
    "Estimate",
    "Met",
    "Span",
    "Spread",
    "Work",
    "deeds_of",
    "estimate_of",
    "foresee",
    "merged",
]
