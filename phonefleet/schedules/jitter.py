"""Jitter: the random delay of a campaign after a due time. It is the same after a crash and on every host."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from phonefleet.pacing import draw


def jitter_of(campaign: int, due_at: datetime, longest: timedelta) -> timedelta:
    """Return the jitter of a campaign at a due time, from 0 to `longest`."""
    seed = f"{campaign} {due_at.astimezone(UTC).isoformat()}"
    return draw(timedelta(0), longest, Random(seed))  # noqa: S311 - no secret
