"""The course of a phone: everything that it has to do, from now to the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from phonefleet.plans.lane import Lane, Terms
from phonefleet.plans.met import Met
from phonefleet.plans.spans import Span
from phonefleet.plans.work import Work


@dataclass(frozen=True, slots=True)
class Course:
    """When a phone works, and which limits its asked tasks meet."""

    spans: Sequence[Span]
    met: Sequence[Met]

    @property
    def start(self) -> datetime | None:
        """When the first asked task starts; None when none does."""
        return next((span.start for span in self.spans if span.asked), None)

    @property
    def end(self) -> datetime | None:
        """When the last asked task ends; None when none starts."""
        return next((span.end for span in reversed(self.spans) if span.asked), None)


def foresee(works: Iterable[Work], free_at: datetime, terms: Terms) -> Course:
    """Return the course of a phone that is free at an instant."""
    lane = Lane(free_at, terms)
    for work in works:
        lane.add(work)
    lane.run()
    return Course(lane.spans, list(lane.met))
