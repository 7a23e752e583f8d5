"""Converts forecast instants and durations to the form of answers: earliest, expected, latest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from api.plans.schemas import EstimateOut, Times
from phonefleet.plans import Estimate
from phonefleet.plans.durations import BOUNDS, Bound


def times_of(found: Mapping[Bound, datetime | None]) -> Times | None:
    """Return an instant's bounds in order; None when it never comes in one of them."""
    told = sorted(at for at in found.values() if at is not None)
    if len(told) < len(BOUNDS):
        return None
    expected = found["expected"]
    return Times(earliest=told[0], expected=expected or told[1], latest=told[-1])


def overall(several: Sequence[Times | None], *, first: bool) -> Times | None:
    """Return the first or last of several instants, bound by bound, without those that never come."""
    told = [times for times in several if times is not None]
    choose = min if first else max
    return Times(**{bound: choose(getattr(times, bound) for times in told) for bound in BOUNDS}) if told else None


def shown_estimate(estimate: Estimate) -> EstimateOut:
    """Return an estimate in seconds."""
    seconds = {bound: estimate.spread.at(bound).total_seconds() for bound in BOUNDS}
    return EstimateOut(
        **seconds, median=estimate.median.total_seconds(), samples=estimate.samples, basis=estimate.basis
    )
