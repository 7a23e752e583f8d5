"""Plans days: forecasts what all campaigns will do, with the tasks that their firings would create."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from api.answers.envelope import NOT_FOUND, ErrorData, Problem, invalid
from api.campaigns.schemas import CampaignRequest, CampaignSettings
from api.campaigns.settings import checked, expanded, settings_of
from api.plans.agenda import Recurrence, agenda_of
from api.plans.answer_of_days import shown_days
from api.plans.days_forecast import DaysForecast, Draft
from api.plans.known import Known, known_about
from api.plans.schemas import DaysRequest, PlanOut
from api.resources import Resources
from api.tasks.sealing import without_keys
from phonefleet.ledger import NewTask
from phonefleet.ledger.campaigns.campaigns import Campaign
from phonefleet.plans import Days, Lane, Recurring, Work, fire_all
from phonefleet.plans.durations import BOUNDS, Bound
from phonefleet.words import say

_NEW = 0
"""The id of a campaign that has none yet."""


def forecast_days(resources: Resources, request: DaysRequest) -> PlanOut:
    """Return the plan of all campaigns from now on."""
    now = resources.clock.now()
    wished = _wished(resources, request, now)
    drafts, unreadable = _drafts(resources, wished)
    busy = resources.ledger.forecasts.phones_of_campaigns([draft.campaign.id for draft in drafts])
    tasks = [task for draft in drafts for task in draft.tasks]
    known = known_about(resources, now, tasks, {serial for serials in busy.values() for serial in serials})
    recurring = {draft.campaign.id: _recurring(known, draft, busy.get(draft.campaign.id, [])) for draft in drafts}
    wanted = now + timedelta(days=request.days)
    last = resources.ledger.campaigns.last_firings(list(recurring))
    due = [
        Recurrence(draft.campaign, draft.settings, recurring[key].steps, last[key].due_at if key in last else None)
        for draft in drafts
        for key in [draft.campaign.id]
        if request.with_paused or not draft.campaign.paused
    ]
    agenda = agenda_of(due, now, wanted)
    able = {draft.campaign.id for draft in drafts if draft.problem is None}
    beginnings = [beginning for beginning in agenda.beginnings if beginning.campaign in able]
    lanes: dict[Bound, dict[str, Lane]] = {bound: _lanes(known, bound, recurring.values()) for bound in BOUNDS}
    days: dict[Bound, Days] = {bound: fire_all(lanes[bound], recurring, beginnings, agenda.until) for bound in BOUNDS}
    forecast = DaysForecast(wanted, known, drafts, recurring, agenda, days, lanes, unreadable)
    return shown_days(forecast, resources.zone)


def _wished(resources: Resources, request: DaysRequest, now: datetime) -> Campaign | None:
    """Return the campaign that is planned before it is entered, as it would be entered now.

    Raises:
        Problem: it would be refused, or there is none that it could replace.

    """
    if request.campaign is None:
        return None
    known = None if request.instead_of is None else resources.ledger.campaigns.get(request.instead_of)
    if request.instead_of is not None and known is None:
        raise Problem(
            NOT_FOUND,
            say("plans.no_campaign_to_replace", "There is no campaign {campaign}", campaign=request.instead_of),
        )
    return Campaign(
        id=known.id if known else _NEW,
        name=request.campaign.name,
        settings=_as_entered(resources, request.campaign),
        paused=False,
        version=0,
        synced_version=0,
        deployment_id=None,
        seen=None,
        note=None,
        created_at=now,
        updated_at=now,
        deleted_at=None,
    )


def _as_entered(resources: Resources, given: CampaignRequest) -> dict[str, Any]:
    """Return the settings as the ledger would hold them. Keys say nothing to a plan: none is read or stored."""
    task = given.task.model_copy(update={"script_config": without_keys(given.task.script_config)})
    try:
        return checked(resources, given.model_copy(update={"task": task}))
    except Problem as problem:
        data = problem.envelope.data
        if not isinstance(data, ErrorData):
            raise
        found = [(f"campaign.{error.field}", error.reason) for error in data.errors]
        raise invalid(*found, code=problem.code) from problem


def _campaigns(resources: Resources, wished: Campaign | None) -> list[Campaign]:
    """Return all campaigns, one that is not entered yet in its place."""
    if wished is None:
        return resources.ledger.campaigns.all()
    others = [campaign for campaign in resources.ledger.campaigns.all() if campaign.id != wished.id]
    return sorted([*others, wished], key=lambda campaign: campaign.name)


def _drafts(resources: Resources, wished: Campaign | None) -> tuple[list[Draft], dict[int, Problem]]:
    """Return the campaigns, and by id the problems of those whose settings cannot be read; these are never due."""
    drafts: list[Draft] = []
    unreadable: dict[int, Problem] = {}
    for campaign in _campaigns(resources, wished):
        try:
            settings = settings_of(campaign.settings)
        except Problem as problem:
            unreadable[campaign.id] = problem
        else:
            drafts.append(_draft(resources, campaign, settings))
    return drafts, unreadable


def _draft(resources: Resources, campaign: Campaign, settings: CampaignSettings) -> Draft:
    rng = Random(0)  # noqa: S311 - a plan shows no drawn waits, and draws none of those that tasks will get
    intervals = settings.task.intervals(resources.settings.interval_unit)
    try:
        return Draft(campaign, settings, intervals, expanded(resources, campaign.id, settings, campaign.name, rng))
    except Problem as problem:
        return Draft(campaign, settings, intervals, [], problem)


def _recurring(known: Known, draft: Draft, busy: Iterable[str]) -> Recurring:
    """Return the work of one firing on each phone; `busy` ones, with tasks of an earlier firing, may have none."""
    tasks: defaultdict[str, list[NewTask]] = defaultdict(list)
    for task in draft.tasks:
        tasks[task.serial].append(task)
    works: dict[str, Sequence[Work]] = {
        serial: list(known.asked(draft.intervals, each)) for serial, each in tasks.items()
    }
    return Recurring(draft.campaign.id, draft.settings.overlap, {**dict.fromkeys(busy, ()), **works})


def _lanes(known: Known, bound: Bound, recurring: Iterable[Recurring]) -> dict[str, Lane]:
    terms = known.terms(bound)
    lanes: dict[str, Lane] = {}
    for serial in dict.fromkeys(serial for one in recurring for serial in one.works):
        lanes[serial] = lane = Lane(known.free_at(serial), terms)
        for work in known.waiting(serial):
            lane.add(work)
    return lanes
