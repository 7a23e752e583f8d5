"""When the last of several phones ends: later than each is expected to, because some are slower than expected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import erf, prod, sqrt
from typing import NamedTuple

_STEPS = 200
_SPREADS = 5.0
"""So many standard deviations from what is expected nothing happens any more."""


class Ending(NamedTuple):
    """When something is expected to end, and by how much that usually differs: a standard deviation."""

    at: datetime
    deviation: timedelta


def last_of(endings: Sequence[Ending]) -> datetime | None:
    """Return when the last of some independent endings is expected; None without any."""
    if not endings:
        return None
    latest = max(ending.at for ending in endings)
    widest = max(ending.deviation for ending in endings) * _SPREADS
    if len(endings) == 1 or not widest:
        return latest
    likely = [ending for ending in endings if ending.at + ending.deviation * _SPREADS >= latest - widest]
    step = 2 * widest / _STEPS
    chances = [_all_by(likely, latest - widest + step * number) for number in range(_STEPS + 1)]
    return latest + widest - step * sum((first + then) / 2 for first, then in pairwise(chances))


def _all_by(endings: Sequence[Ending], at: datetime) -> float:
    """Return how likely it is that everything has ended by an instant."""
    return prod(_by(ending, at) for ending in endings)


def _by(ending: Ending, at: datetime) -> float:
    if not ending.deviation:
        return float(at >= ending.at)
    return (1 + erf((at - ending.at) / ending.deviation / sqrt(2))) / 2
