"""Forecasts campaigns over some days: their firings in order, on phones that have other tasks too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from phonefleet.plans.lane import Lane
from phonefleet.plans.work import Work

Overlap = Literal["skip", "queue", "cancel"]

LONGEST = timedelta(days=366)
"""How far beyond the days the work that is left over is forecast."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """A campaign: the work of one firing on each phone, and what a firing does while an earlier one goes on.

    `works` also has the phones on which it has unfinished tasks; a firing may have no work there any more.
    """

    id: int
    overlap: Overlap
    works: Mapping[str, Sequence[Work]]

    @property
    def tasks(self) -> int:
        """How many tasks one firing makes."""
        return sum(work.number for works in self.works.values() for work in works)

    @property
    def steps(self) -> int:
        """How much there is to forecast for one firing, in works."""
        return max(1, sum(len(works) for works in self.works.values()))


@dataclass(frozen=True, slots=True)
class Beginning:
    """A firing: its campaign, due time, and begin after the jitter; `number` is set where its end is to be kept."""

    campaign: int
    due_at: datetime
    begins_at: datetime
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """The outcome of a firing; one that `overlaps` an earlier one may be skipped, or cancel tasks of that one."""

    beginning: Beginning
    overlaps: bool = False
    skipped: bool = False
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class Days:
    """The outcomes of all firings, and how many tasks of each campaign had not begun at the end of the days."""

    fired: Sequence[Fired]
    left: Mapping[int | None, int]


def fire_all(
    lanes: Mapping[str, Lane], campaigns: Mapping[int, Recurring], beginnings: Iterable[Beginning], until: datetime
) -> Days:
    """Fire campaigns in the given order, and run the lanes until the days are over, and then to their end."""
    fired = [_fire(lanes, campaigns[beginning.campaign], beginning) for beginning in beginnings]
    left: Counter[int | None] = Counter()
    for lane in lanes.values():
        lane.run(until)
        left.update(lane.waiting)
        lane.run(until + LONGEST)
    return Days(fired, left)


def _fire(lanes: Mapping[str, Lane], campaign: Recurring, beginning: Beginning) -> Fired:
    at = beginning.begins_at
    concerned = [lanes[serial] for serial in campaign.works]
    for lane in concerned:
        lane.run(at)
    overlaps = any(lane.is_busy_with(campaign.id, at) for lane in concerned)
    if overlaps and campaign.overlap == "skip":
        return Fired(beginning, overlaps, skipped=True)
    cancels = overlaps and campaign.overlap == "cancel"
    cancelled = sum(lane.drop(campaign.id, at) for lane in concerned) if cancels else 0
    for lane, works in zip(concerned, campaign.works.values(), strict=True):
        for work in works:
            lane.add(work, at, beginning.number)
    return Fired(beginning, overlaps, cancelled=cancelled)
