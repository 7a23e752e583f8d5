"""The course of a phone: everything that it has to do, from now to the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from phonefleet.plans.durations import Spread
from phonefleet.plans.lane import Lane, Terms
from phonefleet.plans.met import Met
from phonefleet.plans.spans import Span
from phonefleet.plans.work import Work

_TENTHS = 2.563
"""So many standard deviations lie between the tenth and the ninetieth percentile."""

_EVEN = sqrt(12)
"""So many lie between the bounds of a wait that is drawn evenly."""


@dataclass(frozen=True, slots=True)
class Course:
    """When the asked tasks of a phone start and end, None when none does; what is expected in between, if it is.

    `spans` and `met` are told of the expected course alone. By `deviation` the end usually differs from it.
    """

    start: datetime | None
    end: datetime | None
    spans: Sequence[Span]
    met: Sequence[Met]
    deviation: timedelta


def foresee(works: Iterable[Work], free_at: datetime, terms: Terms) -> Course:
    """Return the course of a phone that is free at an instant."""
    lane = Lane(free_at, terms)
    variance = 0.0
    for work in works:
        lane.add(work)
        variance += work.number * (_width(work.takes) / _TENTHS) ** 2 + work.number * (_width(work.wait) / _EVEN) ** 2
    lane.run()
    met = list(lane.met)
    deviation = timedelta(0) if met else timedelta(seconds=sqrt(variance))  # limits end when they end
    return Course(lane.first.get(None), lane.last.get(None), lane.spans, met, deviation)


def _width(spread: Spread) -> float:
    return (spread.latest - spread.earliest).total_seconds()
