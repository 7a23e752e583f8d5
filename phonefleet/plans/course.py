"""Forecasts one phone: everything that it has to do, from now to the end."""

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
    """When the planned tasks of a phone start and end; None when none of them starts.

    `spans` and `met` are filled for the bound "expected" only.
    """

    start: datetime | None
    end: datetime | None
    spans: Sequence[Span]
    met: Sequence[Met]


def foresee(works: Iterable[Work], free_at: datetime, terms: Terms) -> Course:
    """Return the course of a phone that is free at an instant."""
    lane = Lane(free_at, terms)
    for work in works:
        lane.add(work)
    lane.run()
    return Course(lane.first.get(None), lane.last.get(None), lane.spans, list(lane.met))
