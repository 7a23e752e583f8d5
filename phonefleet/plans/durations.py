"""How long a task takes, told from how long earlier ones took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean
from typing import Literal

Bound = Literal["earliest", "expected", "latest"]
BOUNDS: tuple[Bound, ...] = ("earliest", "expected", "latest")
Basis = Literal["phone", "script", "default"]
"""Whose earlier tasks were looked at: those of the phone, those of all phones, or none because there are none."""

ENOUGH = 30
"""So many earlier tasks of a phone tell more than those of all phones; with fewer, the slowest phone is luck."""

_FAR, _FAR_ANYWAY = 10, 300.0
"""What takes so many times the median and so many seconds more is no duration of a task."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A duration that is not known exactly: seldom below `earliest` or above `latest`, on average `expected`."""

    earliest: timedelta
    expected: timedelta
    latest: timedelta

    def at(self, bound: Bound) -> timedelta:
        """Return the duration that leads to a bound."""
        return getattr(self, bound)

    def after(self, passed: timedelta) -> Spread:
        """Return what is left of it when some has passed."""
        left = (max(timedelta(0), self.at(bound) - passed) for bound in BOUNDS)
        return Spread(*left)

    @classmethod
    def exactly(cls, duration: timedelta) -> Spread:
        """Return a duration that is known."""
        return cls(duration, duration, duration)

    @classmethod
    def drawn(cls, shortest: timedelta, longest: timedelta) -> Spread:
        """Return a duration that will be drawn uniformly between two."""
        return cls(shortest, (shortest + longest) / 2, longest)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long a task takes, its median, and how many earlier tasks say so."""

    spread: Spread
    median: timedelta
    samples: int
    basis: Basis


def estimate_of(usual: timedelta, of_phone: Sequence[timedelta], of_script: Sequence[timedelta]) -> Estimate:
    """Return the estimate for a task: from the phone's earlier tasks if there are enough, else from everybody's.

    `usual` is what the script says itself, for where there are none yet.

    The bounds are the tenth and the ninetieth percentile. What is expected is the mean, because durations are summed:
    that a few tasks take long, as those that are tried again do, counts. Single ones that lie far outside do not, such
    as those of tasks that were stopped in between.
    """
    if len(of_phone) >= ENOUGH:
        return _from(of_phone, "phone")
    if of_script:
        return _from(of_script, "script")
    return Estimate(Spread(usual / 2, usual, usual * 2), usual, 0, "default")


def _from(durations: Sequence[timedelta], basis: Basis) -> Estimate:
    every = sorted(max(0.0, duration.total_seconds()) for duration in durations)
    median = _percentile(every, 0.5)
    seconds = [one for one in every if one <= _FAR * median + _FAR_ANYWAY]
    low, high, mean = _percentile(seconds, 0.1), _percentile(seconds, 0.9), fmean(seconds)
    spread = Spread(*(timedelta(seconds=one) for one in (min(low, mean), mean, max(high, mean))))
    return Estimate(spread, timedelta(seconds=median), len(seconds), basis)


def _percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share of the others lies, between two neighbours if need be."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
