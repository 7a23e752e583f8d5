"""Counts how often campaigns wait on a phone because it is busy with another campaign's or other tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from phonefleet.plans.spans import Span

_LOOKED_BACK = 20


@dataclass(slots=True)
class Wait:
    """How often and how long tasks of a campaign waited for those of `other`; None: for tasks of no campaign."""

    campaign: int
    other: int | None
    first_at: datetime
    times: int = 0
    longest: timedelta = timedelta(0)


class Waits:
    """Counts the waits of campaigns on one phone."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int | None], Wait] = {}

    def note(self, campaign: int, done: Sequence[Span], due: datetime, start: datetime) -> None:
        """Record a wait if tasks began later than due because the phone was busy with something else."""
        for place in range(len(done) - 1, max(-1, len(done) - 1 - _LOOKED_BACK), -1):
            span = done[place]
            if span.end <= due:
                return
            if span.campaign != campaign:
                self._note(campaign, span.campaign, due, start - due)
                return

    def _note(self, campaign: int, other: int | None, due: datetime, lasted: timedelta) -> None:
        wait = self._found.get((campaign, other))
        if wait is None:
            wait = self._found[campaign, other] = Wait(campaign, other, due)
        wait.times += 1
        wait.longest = max(wait.longest, lasted)

    def __iter__(self) -> Iterator[Wait]:
        return iter(self._found.values())
