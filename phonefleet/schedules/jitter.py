"""How much later than due a campaign starts: drawn once for a due time, the same after a crash and on every host."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from phonefleet.pacing import draw


def jitter_of(campaign: int, due_at: datetime, longest: timedelta) -> timedelta:
    """Return the delay of a campaign's start at a due time."""
    seed = f"{campaign} {due_at.astimezone(UTC).isoformat()}"
    return draw(timedelta(0), longest, Random(seed))  # noqa: S311 - no secret
