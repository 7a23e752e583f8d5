"""The forecast of all campaigns over some days, from which the answer of a plan is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from api.answers.envelope import Problem
from api.campaigns.schemas import CampaignSettings
from api.plans.agenda import Agenda, per_campaign
from api.plans.known import Known
from phonefleet.ledger import NewTask
from phonefleet.ledger.campaigns.campaigns import Campaign
from phonefleet.plans import Beginning, Days, Fired, Lane, Recurring
from phonefleet.plans.durations import Bound


@dataclass(frozen=True, slots=True)
class Draft:
    """A campaign with the tasks that one firing creates, or the problem because of which it can create none.

    `intervals` are the shortest and the longest wait between the tasks of a phone.
    """

    campaign: Campaign
    settings: CampaignSettings
    intervals: tuple[timedelta, timedelta]
    tasks: Sequence[NewTask]
    problem: Problem | None = None


@dataclass(frozen=True)
class DaysForecast:
    """The forecast from `known.now` to `wanted`.

    `agenda` lists the firings, `recurring` is by campaign id; `days` and `lanes` (by serial) exist once for each bound.
    """

    wanted: datetime
    known: Known
    drafts: Sequence[Draft]
    recurring: Mapping[int, Recurring]
    agenda: Agenda
    days: Mapping[Bound, Days]
    lanes: Mapping[Bound, Mapping[str, Lane]]
    unreadable: Mapping[int, Problem]
    """Why campaigns that are not among the drafts cannot be read, by their ids."""

    @property
    def expected(self) -> Mapping[str, Lane]:
        """The lanes of the bound "expected", by serial."""
        return self.lanes["expected"]

    @cached_property
    def due(self) -> Mapping[int, list[Beginning]]:
        """The firings of each campaign, by its id."""
        return per_campaign(self.agenda.beginnings)

    @cached_property
    def fired(self) -> Mapping[int, list[Fired]]:
        """What is expected to become of the firings of each campaign that can create tasks, by its id."""
        found: dict[int, list[Fired]] = {}
        for fired in self.days["expected"].fired:
            found.setdefault(fired.beginning.campaign, []).append(fired)
        return found

    @cached_property
    def names(self) -> Mapping[int, str]:
        """The names of the campaigns, by id."""
        return {draft.campaign.id: draft.campaign.name for draft in self.drafts}

    def firings_with_tasks(self, campaign: int) -> int:
        """Return how many firings of a campaign create tasks."""
        return sum(not fired.skipped for fired in self.fired.get(campaign, ()))
