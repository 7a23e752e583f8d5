"""Limits of accounts: budgets a day, working hours, and gaps between actions.

Pure decisions without a database. (How often a client may call the API is throttling, `api.edge.throttle`.)
"""

from __future__ import annotations

from phonefleet.limits.days import Day, day_of
from phonefleet.limits.deciding import Allowed, Decision, History, Refused, decide
from phonefleet.limits.hours import Hours, Span
from phonefleet.limits.kinds import CONTACTING, KINDS, Kind
from phonefleet.limits.policy import Policy, WhenMet
from phonefleet.limits.rules import Actor, Override, Rules

__all__ = [
    "CONTACTING",
    "KINDS",
    "Actor",
    "Allowed",
    "Day",
    "Decision",
    "History",
    "Hours",
    "Kind",
    "Override",
    "Policy",
    "Refused",
    "Rules",
    "Span",
    "WhenMet",
    "day_of",
    "decide",
]
