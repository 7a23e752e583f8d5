"""What is known once all campaigns have been foreseen over some days, before it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    """A campaign with the tasks that a firing of it makes, or the problem that keeps it from making any."""

    campaign: Campaign
    settings: CampaignSettings
    tasks: Sequence[NewTask]
    problem: Problem | None = None


@dataclass(frozen=True)
class DaysForecast:
    """The days from `known.now` to `wanted`: what begins when, and what comes of it on each phone in each bound."""

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
        """The phones as they are expected to go on."""
        return self.lanes["expected"]

    @cached_property
    def due(self) -> Mapping[int, list[Beginning]]:
        """When each campaign is due, by its id."""
        return per_campaign(self.agenda.beginnings)

    @cached_property
    def fired(self) -> Mapping[int, list[Fired]]:
        """What is expected to become of the firings of each campaign that can make tasks."""
        found: dict[int, list[Fired]] = {}
        for fired in self.days["expected"].fired:
            found.setdefault(fired.beginning.campaign, []).append(fired)
        return found

    @cached_property
    def names(self) -> Mapping[int, str]:
        """The campaigns' names."""
        return {draft.campaign.id: draft.campaign.name for draft in self.drafts}

    def makes(self, campaign: int) -> int:
        """Return how many firings of a campaign make tasks."""
        return sum(not fired.skipped for fired in self.fired.get(campaign, ()))
