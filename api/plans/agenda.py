"""Lists the firings of all campaigns over some days in one order, cut short where there are too many to forecast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge

from api.campaigns.schemas import CampaignSettings
from api.campaigns.settings import why_skipped
from phonefleet.ledger.campaigns.campaigns import Campaign
from phonefleet.plans import Beginning
from phonefleet.schedules import jitter_of, next_due

MOST_DUE = 50_000
"""How many due times are looked at, of all campaigns together."""

MOST_STEPS = 150_000
"""How much is forecast: a step is what one firing does on one phone."""

TOLD = 50
"""How many firings of each campaign are shown one by one."""

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A campaign that will be due; `steps` are those of one firing, `dealt_with` is its last due time with a firing."""

    campaign: Campaign
    settings: CampaignSettings
    steps: int
    dealt_with: datetime | None


@dataclass(frozen=True, slots=True)
class Agenda:
    """The firings in their order, up to `until`, which is earlier than what was asked for if there were too many."""

    beginnings: Sequence[Beginning]
    until: datetime


def agenda_of(recurrences: Sequence[Recurrence], now: datetime, until: datetime) -> Agenda:
    """Return the firings that begin from now on and are due until an instant, `MOST_STEPS` steps at most."""
    costs = {one.campaign.id: one.steps for one in recurrences}
    times = [_times(one, now, until) for one in recurrences]
    told: Counter[int] = Counter()
    found: list[Beginning] = []
    steps = 0
    for looked_at, (beginning, does_something) in enumerate(merge(*times, key=lambda each: each[0].begins_at)):
        steps += costs[beginning.campaign] if does_something else 0
        if steps > MOST_STEPS or looked_at == MOST_DUE:
            return Agenda(found, beginning.due_at)
        if does_something:
            found.append(_numbered(beginning, len(found), told))
    return Agenda(found, until)


def _numbered(beginning: Beginning, number: int, told: Counter[int]) -> Beginning:
    told[beginning.campaign] += 1
    return replace(beginning, number=number) if told[beginning.campaign] <= TOLD else beginning


def _times(one: Recurrence, now: datetime, until: datetime) -> Iterator[tuple[Beginning, bool]]:
    """Yield the firings that begin from now on, also those of past due times with jitter; false with skipped ones."""
    settings, longest = one.settings, timedelta(seconds=one.settings.jitter)
    last = until if settings.end is None else min(until, settings.end)
    for due_at in next_due(settings.schedule, _since(one, now)):
        if due_at > last:
            return
        begins_at = due_at + jitter_of(one.campaign.id, due_at, longest) if longest else due_at
        if begins_at >= now:
            yield Beginning(one.campaign.id, due_at, begins_at), why_skipped(settings, due_at) is None


def _since(one: Recurrence, now: datetime) -> datetime:
    """Return the instant after which no due time has a firing yet."""
    changed = min(now, one.campaign.updated_at) if not one.campaign.paused else now
    since = max(now - timedelta(seconds=one.settings.jitter), changed, one.dealt_with or changed)
    return max(since, one.settings.start - _MOMENT) if one.settings.start is not None else since


def per_campaign(beginnings: Sequence[Beginning]) -> Mapping[int, list[Beginning]]:
    """Return the firings of each campaign."""
    found: dict[int, list[Beginning]] = {}
    for beginning in beginnings:
        found.setdefault(beginning.campaign, []).append(beginning)
    return found
