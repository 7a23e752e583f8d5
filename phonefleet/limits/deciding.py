"""Decides whether an account may act now: a pure function of its history, its limits and the time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from phonefleet.limits.days import day_of
from phonefleet.limits.kinds import Kind, counted
from phonefleet.limits.policy import Policy
from phonefleet.words import say

Limit = Literal["budget", "gap", "hours"]


@dataclass(frozen=True, slots=True)
class History:
    """How many actions of a kind an account was charged for today, and its last ones of this kind and of any other."""

    used: int = 0
    last_of_kind: datetime | None = None
    last_of_others: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """The account may act now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The account may not act before `until`, or never if that is None; `why` continues the account's name."""

    until: datetime | None
    why: str
    limit: Limit


Decision = Allowed | Refused


def decide(kind: Kind, history: History, policy: Policy, now: datetime, zone: tzinfo) -> Decision:
    """Decide about one action; a refusal's `until` is the first instant at which no limit known now forbids it.

    An earlier action that lies further ahead than a gap is no reason to wait: it was stamped before the clock was set
    back, and nobody knows how long ago that was.
    """
    if policy.budgets[kind] == 0:
        return Refused(
            None, say("limits.no_budget", "has a budget of {actions} a day", actions=counted(0, kind)), "budget"
        )
    met = [*_spent(kind, history, policy, now, zone), *_too_close(kind, history, policy, now)]
    until: datetime | None = max((refusal.until for refusal in met if refusal.until), default=now)
    if policy.hours is not None:
        if policy.hours.opening(now, zone) != now:
            met.append(
                Refused(None, say("limits.other_hours", "works at other times ({hours})", hours=policy.hours), "hours")
            )
        until = policy.hours.opening(max(until, now), zone)
    return Refused(until, met[0].why, met[0].limit) if met else Allowed()


def _spent(kind: Kind, history: History, policy: Policy, now: datetime, zone: tzinfo) -> Iterator[Refused]:
    budget = policy.budgets[kind]
    if history.used >= budget:
        why = say("limits.budget_used", "has used its {actions} of today", actions=counted(budget, kind))
        yield Refused(day_of(now, zone).end, why, "budget")


def _too_close(kind: Kind, history: History, policy: Policy, now: datetime) -> Iterator[Refused]:
    gaps = ((history.last_of_kind, policy.gaps.get(kind, policy.gap)), (history.last_of_others, policy.gap))
    ends = [last + gap for last, gap in gaps if last is not None and last <= now + gap]
    if ends and (end := max(ends)) > now:
        yield Refused(
            end, say("limits.pause", "pauses between its actions, {time} more", time=_seconds(end - now)), "gap"
        )


def _seconds(wait: timedelta) -> str:
    return say("limits.seconds", "{seconds} s", seconds=max(1, round(wait.total_seconds())))
