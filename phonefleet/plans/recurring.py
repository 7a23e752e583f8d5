"""What campaigns do over some days: each firing as it falls due, on top of what the phones have to do by then."""

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
"""So long after the last firing everything that it has left to do is foreseen."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """A campaign: what one firing of it does on each phone, and what becomes of one while the last goes on.

    Phones on which it has tasks already are there too, though it may do nothing on them any more.
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
        """How much there is to foresee of one firing."""
        return max(1, sum(len(works) for works in self.works.values()))


@dataclass(frozen=True, slots=True)
class Beginning:
    """A firing: whose it is, when it is due, and when it begins after its jitter; a number where its end matters."""

    campaign: int
    due_at: datetime
    begins_at: datetime
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """What becomes of a firing: `overlaps` tells that an earlier one goes on; then it may do nothing, or cancel."""

    beginning: Beginning
    overlaps: bool = False
    skipped: bool = False
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class Days:
    """What became of all firings, and how many tasks of each campaign had not begun when the days were over."""

    fired: Sequence[Fired]
    left: Mapping[int | None, int]


def fire_all(
    lanes: Mapping[str, Lane], campaigns: Mapping[int, Recurring], beginnings: Iterable[Beginning], until: datetime
) -> Days:
    """Let campaigns begin in the order given, until the days are over; what is left then is done, too."""
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
