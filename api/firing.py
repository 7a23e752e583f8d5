"""Deals with one due time of a campaign: in one transaction its tasks come into being, or the reason why none do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Any
from uuid import UUID

from api.campaign_schemas import CampaignSettings, Overlap
from api.campaigns import expanded, reason_against, settings_of
from api.control import stop_unfinished
from api.envelope import Problem
from api.facade import Facade
from api.threads import to_end
from phonefleet.ledger import NewTask
from phonefleet.ledger.campaigns import Campaign, Firing, Outcome
from phonefleet.schedules import is_due, jitter_of, next_due

GRACE = timedelta(minutes=1)
"""Who is later than this has missed a due time, and catches up as the campaign says."""

MOST_MADE_UP = 100
"""So many of its last due times does a campaign look back to; what was due before them is not made up for."""

ENDED_IN_PREFECT = "skipped: its run was ended in Prefect before it began"


@dataclass(frozen=True, slots=True)
class Due:
    """A due time; a planned one comes from the schedule, others from a person, who may give other parameters."""

    at: datetime
    planned: bool = True
    flow_run_id: UUID | None = None
    parameters: dict[str, Any] | None = None

    def begins(self, campaign: Campaign) -> datetime:
        """Return when its tasks are made."""
        longest = campaign.settings.get("jitter", 0)
        if not self.planned or not isinstance(longest, (int, float)):
            return self.at
        return self.at + jitter_of(campaign.id, self.at, timedelta(seconds=longest))


@dataclass(frozen=True, slots=True)
class _ToDo:
    batch: Sequence[NewTask]
    overlap: Overlap


async def fire(facade: Facade, campaign: Campaign, due: Due) -> Firing:
    """Deal with a due time and return what became of it; who comes later gets the same answer."""
    earlier_tasks = await to_end(facade.ledger.campaigns.unfinished, campaign.id)
    known = await to_end(facade.ledger.campaigns.firing, campaign.id, due.at)
    if known is not None:
        return known
    found = await to_end(_tasks, facade, campaign, due)
    if isinstance(found, Firing):
        return await to_end(facade.ledger.campaigns.fire, found)
    if found.overlap == "cancel":
        await stop_unfinished(facade, earlier_tasks)
    firing = nothing(facade, campaign, due, "fired", _told(found.batch))
    busy = found.overlap == "skip"
    firing = await to_end(facade.ledger.campaigns.fire, firing, found.batch, skip_when_busy=busy)
    facade.tasks_created()
    return firing


def judged(facade: Facade, campaign: Campaign, due: Due) -> CampaignSettings | Firing:
    """Return what is to be done at a due time, or what becomes of one at which nothing is."""
    given = due.parameters or {}
    try:
        settings = settings_of({**campaign.settings, **given} if not due.planned else campaign.settings)
    except Problem as problem:
        return nothing(facade, campaign, due, "failed", problem.message)
    if not due.planned:
        return settings
    reason = _reason_to_skip(campaign, settings, due.at)
    if reason is not None:
        return nothing(facade, campaign, due, "skipped", reason)
    now = facade.clock.now()
    late = now - due.begins(campaign)
    if late > GRACE and not is_made_up_for(settings, due.at, now):
        told = f"missed: nothing worked until {timedelta(seconds=round(late.total_seconds()))} later"
        return nothing(facade, campaign, due, "missed", told)
    return settings


def is_made_up_for(settings: CampaignSettings, due_at: datetime, now: datetime) -> bool:
    """Tell whether a due time that was missed is made up for: it depends on how many came after it."""
    most = {"none": 0, "last": 1, "all": MOST_MADE_UP}[settings.catch_up]
    later = takewhile(lambda at: at <= now, next_due(settings.schedule, due_at))
    return sum(1 for _ in islice(_doing_something(settings, later), most)) < most


def nothing(facade: Facade, campaign: Campaign, due: Due, outcome: Outcome, reason: str) -> Firing:
    """Return what becomes of a due time, by now without tasks."""
    return Firing(campaign.id, due.at, facade.clock.now(), due.flow_run_id, outcome, reason, 0)


def _doing_something(settings: CampaignSettings, due_times: Iterable[datetime]) -> Iterator[datetime]:
    return (at for at in due_times if reason_against(settings, at) is None)


def _reason_to_skip(campaign: Campaign, settings: CampaignSettings, due_at: datetime) -> str | None:
    if campaign.paused:
        return "skipped: it is paused"
    if campaign.updated_at < due_at and not is_due(settings.schedule, due_at):
        return "skipped: the schedule was changed, and this is no due time any more"
    return reason_against(settings, due_at)


def _tasks(facade: Facade, campaign: Campaign, due: Due) -> _ToDo | Firing:
    settings = judged(facade, campaign, due)
    if isinstance(settings, Firing):
        return settings
    try:
        batch = expanded(facade, campaign.id, settings, f"{campaign.id} {due.at.isoformat()}", facade.rng)
    except Problem as problem:
        return nothing(facade, campaign, due, "failed", problem.message)
    return _ToDo(batch, settings.overlap)


def _told(batch: Sequence[NewTask]) -> str:
    return f"{len(batch)} task{'' if len(batch) == 1 else 's'}"
