"""Deals with one due time of a campaign: in one transaction its tasks come into being, or the reason why none do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.campaign_schemas import CampaignSettings
from api.campaigns import expanded, reason_against, settings_of
from api.control import stop_unfinished
from api.envelope import Problem
from api.facade import Facade
from api.threads import to_end
from phonefleet.ledger.campaigns import Campaign, Firing, Outcome
from phonefleet.schedules import jitter_of

GRACE = timedelta(minutes=1)
"""Who is later than this has missed a due time, and catches up as the campaign says."""


@dataclass(frozen=True, slots=True)
class Due:
    """A due time; a planned one comes from the schedule, others from a person, who may give other parameters."""

    at: datetime
    planned: bool = True
    flow_run_id: UUID | None = None
    parameters: dict[str, Any] | None = None
    is_last: bool = True

    def begins(self, campaign: Campaign) -> datetime:
        """Return when its tasks are made."""
        longest = timedelta(seconds=campaign.settings.get("jitter", 0))
        return self.at + (jitter_of(campaign.id, self.at, longest) if self.planned else timedelta(0))


async def fire(facade: Facade, campaign: Campaign, due: Due) -> Firing:
    """Deal with a due time and return what became of it; who comes later gets the same answer."""
    earlier_tasks = await to_end(facade.ledger.campaigns.unfinished, campaign.id)
    known = await to_end(facade.ledger.campaigns.firing, campaign.id, due.at)
    if known is not None:
        return known
    found = await to_end(_judged, facade, campaign, due)
    if isinstance(found, Firing):
        return await to_end(facade.ledger.campaigns.fire, found)
    if found.overlap == "cancel":
        await stop_unfinished(facade, earlier_tasks)
    firing = await to_end(_expand, facade, campaign, due, found)
    facade.tasks_created()
    return firing


def _judged(facade: Facade, campaign: Campaign, due: Due) -> CampaignSettings | Firing:
    """Return what is to be done, or what becomes of a due time at which nothing is."""
    given = due.parameters or {}
    try:
        settings = settings_of({**campaign.settings, **given} if not due.planned else campaign.settings)
    except Problem as problem:
        return _nothing(facade, campaign, due, "failed", problem.message)
    if not due.planned:
        return settings
    reason = "skipped: it is paused" if campaign.paused else reason_against(settings, due.at)
    if reason is not None:
        return _nothing(facade, campaign, due, "skipped", reason)
    late = facade.clock.now() - due.begins(campaign)
    if late > GRACE and (settings.catch_up == "none" or (settings.catch_up == "last" and not due.is_last)):
        return _nothing(facade, campaign, due, "missed", f"missed: nothing worked until {late} later")
    return settings


def _expand(facade: Facade, campaign: Campaign, due: Due, settings: CampaignSettings) -> Firing:
    try:
        batch = expanded(facade, campaign.id, settings, f"{campaign.id} {due.at.isoformat()}")
    except Problem as problem:
        return facade.ledger.campaigns.fire(_nothing(facade, campaign, due, "failed", problem.message))
    told = f"{len(batch)} task{'' if len(batch) == 1 else 's'}"
    firing = Firing(campaign.id, due.at, facade.clock.now(), due.flow_run_id, "fired", told, 0)
    return facade.ledger.campaigns.fire(firing, batch, skip_when_busy=settings.overlap == "skip")


def _nothing(facade: Facade, campaign: Campaign, due: Due, outcome: Outcome, reason: str) -> Firing:
    return Firing(campaign.id, due.at, facade.clock.now(), due.flow_run_id, outcome, reason, 0)
