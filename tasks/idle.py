"""Tells of a task that succeeded and did nothing why that was so, in one sentence for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from phonefleet.words import joined, say

_FEW = 3
"""So many targets are told one by one; of more, their numbers."""

_REASONS = {
    "already": say("runs.was_so_already", "it was so already"),
    "skipped": say("runs.was_skipped", "it was skipped"),
    "no posts": say("runs.no_posts", "there are no posts"),
    "live post, skipped": say("runs.live_post", "it is a live post"),
    "advertisement, skipped": say("runs.advertisement", "it is an advertisement"),
}


def why_nothing_was_done(outcomes: Sequence[Mapping[str, str]]) -> str | None:
    """Return why none of these outcomes is something done; None where something was, or there are no outcomes.

    Example:
        >>> why_nothing_was_done([{"target": "anna", "outcome": "already"}])
        'nothing was done: anna: it was so already'

    """
    reasons = [_reason(outcome) for outcome in outcomes]
    told = [reason for reason in reasons if reason is not None]
    if not told or len(told) < len(reasons):
        return None
    if len(told) <= _FEW:
        pairs = dict.fromkeys(zip((outcome["target"] for outcome in outcomes), told, strict=True))
        return _nothing(say("runs.target_why", "{target}: {why}", target=target, why=why) for target, why in pairs)
    counts = Counter(told).most_common(_FEW)
    return _nothing(
        say("runs.why_of_how_many", "{why} ({number} of {all})", why=why, number=number, all=len(told))
        for why, number in counts
    )


def _nothing(reasons: Iterable[str]) -> str:
    return say("runs.nothing_done", "nothing was done: {reasons}", reasons=joined("; ", reasons))


def _reason(outcome: Mapping[str, str]) -> str | None:
    """Return why an outcome is nothing done; None where it is something else."""
    name = outcome["outcome"]
    return outcome.get("detail") or _REASONS[name] if name in _REASONS else None
