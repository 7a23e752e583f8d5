"""Limits protect the accounts: how much one may do a day, when, and how close together. Pure decisions, no database."""

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
