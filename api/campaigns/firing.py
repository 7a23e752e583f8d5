"""Fires a due time of a campaign: in one transaction stores its tasks, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import islice, takewhile
from typing import Any
from uuid import UUID

from api.answers.envelope import Problem
from api.campaigns.schemas import CampaignSettings, Overlap
from api.campaigns.settings import expanded, settings_of, why_skipped
from api.loops.threads import in_thread
from api.resources import Resources
from api.tasks.control import stop_unfinished
from phonefleet.ledger import NewTask
from phonefleet.ledger.campaigns.campaigns import Campaign, Firing, Outcome
from phonefleet.schedules import is_due, jitter_of, next_due
from phonefleet.words import say, say_many

GRACE = timedelta(minutes=1)
"""A due time that begins later than this counts as missed; the campaign's `catch_up` says what becomes of it."""

MOST_MADE_UP = 100
"""How many missed due times a campaign catches up on at most: the latest ones."""

ENDED_IN_PREFECT = say(
    "campaigns.skipped_run_ended_prefect_before", "skipped: its run was ended in Prefect before it began"
)


@dataclass(frozen=True, slots=True)
class Due:
    """A due time: one of the schedule's, or one that a person asked for, who may give other parameters."""

    at: datetime
    by_schedule: bool = True
    flow_run_id: UUID | None = None
    parameters: dict[str, Any] | None = None

    def begins(self, campaign: Campaign) -> datetime:
        """Return when its tasks are created: at the due time, plus the jitter if it is one of the schedule's."""
        longest = campaign.settings.get("jitter", 0)
        if not self.by_schedule or not isinstance(longest, (int, float)):
            return self.at
        return self.at + jitter_of(campaign.id, self.at, timedelta(seconds=longest))


@dataclass(frozen=True, slots=True)
class _Batch:
    batch: Sequence[NewTask]
    overlap: Overlap


async def fire(resources: Resources, campaign: Campaign, due: Due) -> Firing:
    """Fire a due time once, and return its firing; later calls return the same one."""
    earlier_tasks = await in_thread(resources.ledger.campaigns.unfinished, campaign.id)
    known = await in_thread(resources.ledger.campaigns.firing, campaign.id, due.at)
    if known is not None:
        return known
    found = await in_thread(_tasks, resources, campaign, due)
    if isinstance(found, Firing):
        return await in_thread(resources.ledger.campaigns.fire, found)
    if found.overlap == "cancel":
        await stop_unfinished(resources, earlier_tasks)
    firing = new_firing(resources, campaign, due, "fired", _number_of_tasks(found.batch))
    busy = found.overlap == "skip"
    firing = await in_thread(resources.ledger.campaigns.fire, firing, found.batch, skip_when_busy=busy)
    resources.tasks_created()
    return firing


def decide_due_time(resources: Resources, campaign: Campaign, due: Due) -> CampaignSettings | Firing:
    """Decide what to do at a due time: return the settings to fire with, or a firing that says why nothing is done."""
    given = due.parameters or {}
    try:
        settings = settings_of({**campaign.settings, **given} if not due.by_schedule else campaign.settings)
    except Problem as problem:
        return new_firing(resources, campaign, due, "failed", problem.message)
    if not due.by_schedule:
        return settings
    reason = _why_not_fired(campaign, settings, due.at, resources.zone)
    if reason is not None:
        return new_firing(resources, campaign, due, "skipped", reason)
    now = resources.clock.now()
    late = now - due.begins(campaign)
    if late > GRACE and not is_made_up_for(settings, due.at, now):
        told = say(
            "campaigns.missed_nothing_worked_until_later",
            "missed: nothing worked until {timedelta} later",
            timedelta=timedelta(seconds=round(late.total_seconds())),
        )
        return new_firing(resources, campaign, due, "missed", told)
    return settings


def is_made_up_for(settings: CampaignSettings, due_at: datetime, now: datetime) -> bool:
    """Tell whether `catch_up` makes up for a missed due time: it does for the latest 0, 1 or `MOST_MADE_UP` ones."""
    most = {"none": 0, "last": 1, "all": MOST_MADE_UP}[settings.catch_up]
    later = takewhile(lambda at: at <= now, next_due(settings.schedule, due_at))
    return sum(1 for _ in islice(_not_skipped(settings, later), most)) < most


def new_firing(resources: Resources, campaign: Campaign, due: Due, outcome: Outcome, reason: str) -> Firing:
    """Return a firing that is recorded now, without tasks; the ledger counts them when it stores them."""
    return Firing(campaign.id, due.at, resources.clock.now(), due.flow_run_id, outcome, reason, 0)


def _not_skipped(settings: CampaignSettings, due_times: Iterable[datetime]) -> Iterator[datetime]:
    return (at for at in due_times if why_skipped(settings, at) is None)


def _why_not_fired(campaign: Campaign, settings: CampaignSettings, due_at: datetime, zone: tzinfo) -> str | None:
    if campaign.paused:
        return say("campaigns.skipped_paused", "skipped: it is paused")
    if campaign.updated_at < due_at and not is_due(settings.schedule, due_at):
        return say(
            "campaigns.skipped_schedule_changed_no_due",
            "skipped: the schedule was changed, and this is no due time any more",
        )
    return why_skipped(settings, due_at, zone)


def _tasks(resources: Resources, campaign: Campaign, due: Due) -> _Batch | Firing:
    settings = decide_due_time(resources, campaign, due)
    if isinstance(settings, Firing):
        return settings
    try:
        batch = expanded(resources, campaign.id, settings, f"{campaign.id} {due.at.isoformat()}", resources.rng)
    except Problem as problem:
        return new_firing(resources, campaign, due, "failed", problem.message)
    return _Batch(batch, settings.overlap)


def _number_of_tasks(batch: Sequence[NewTask]) -> str:
    return say_many("campaigns.tasks", "{count} task", "{count} tasks", count=len(batch))
