"""Memory, threads and descriptors of each process over a run, and how fast they grow. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

MEASURES: Final = ("memory_mb", "threads", "descriptors")
_LEAST: Final = 3
_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and all that it has started take at a moment; `memory_mb` is what belongs to them alone."""

    at: float
    process: str
    pid: int
    memory_mb: float
    threads: int
    descriptors: int


@dataclass(frozen=True, slots=True)
class Trend:
    """How a measure of a process went: at first, at last, at the most, and by how much it grows in an hour.

    `an_hour` is the slope of a straight line through the second half of the longest life of the process, since a
    process takes what it needs at first; None where that is too short to tell.
    """

    process: str
    measure: str
    first: float
    last: float
    most: float
    an_hour: float | None


def trends(usages: Sequence[Usage]) -> list[Trend]:
    """Return the trend of each measure of each process, by process."""
    ordered = sorted(usages, key=lambda one: (one.process, one.at))
    return [
        _trend(process, measure, lives)
        for process, mine in groupby(ordered, key=lambda one: one.process)
        for lives in [_longest(list(mine))]
        for measure in MEASURES
    ]


def _longest(usages: Sequence[Usage]) -> Sequence[Usage]:
    """Return the usages of the process that lived longest: each restart begins anew."""
    lives: Mapping[int, list[Usage]] = {one.pid: [] for one in usages}
    for one in usages:
        lives[one.pid].append(one)
    return max(lives.values(), key=lambda life: life[-1].at - life[0].at)


def _trend(process: str, measure: str, life: Sequence[Usage]) -> Trend:
    values = [float(getattr(one, measure)) for one in life]
    half = life[len(life) // 2 :]
    points = [(one.at, float(getattr(one, measure))) for one in half]
    return Trend(process, measure, values[0], values[-1], max(values), slope(points))


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Return the growth in an hour of the straight line that fits best through (seconds, value)."""
    if len(points) < _LEAST:
        return None
    middle = sum(at for at, _ in points) / len(points)
    mean = sum(value for _, value in points) / len(points)
    spread = sum((at - middle) ** 2 for at, _ in points)
    return None if spread == 0 else sum((at - middle) * (value - mean) for at, value in points) / spread * _HOUR
