"""Plans days: forecasts what all campaigns will do, with the tasks that their firings would create."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from random import Random

from api.answers.envelope import Problem
from api.campaigns.schemas import CampaignSettings
from api.campaigns.settings import expanded, settings_of
from api.plans.agenda import Recurrence, agenda_of
from api.plans.answer_of_days import shown_days
from api.plans.days_forecast import DaysForecast, Draft
from api.plans.known import Known, known_about
from api.plans.schemas import DaysRequest, PlanOut
from api.resources import Resources
from phonefleet.ledger import NewTask
from phonefleet.ledger.campaigns.campaigns import Campaign
from phonefleet.plans import Days, Lane, Recurring, Work, fire_all
from phonefleet.plans.durations import BOUNDS, Bound


def forecast_days(resources: Resources, request: DaysRequest) -> PlanOut:
    """Return the plan of all campaigns from now on."""
    now = resources.clock.now()
    drafts, unreadable = _drafts(resources)
    busy = resources.ledger.forecasts.phones_of_campaigns([draft.campaign.id for draft in drafts])
    tasks = [task for draft in drafts for task in draft.tasks]
    known = known_about(resources, now, tasks, {serial for serials in busy.values() for serial in serials})
    recurring = {draft.campaign.id: _recurring(known, draft, busy.get(draft.campaign.id, [])) for draft in drafts}
    wanted = now + timedelta(days=request.days)
    last = resources.ledger.campaigns.last_firings(list(recurring))
    due = [
        Recurrence(draft.campaign, draft.settings, recurring[key].steps, last[key].due_at if key in last else None)
        for draft in drafts
        if (key := draft.campaign.id) and (request.with_paused or not draft.campaign.paused)
    ]
    agenda = agenda_of(due, now, wanted)
    able = {draft.campaign.id for draft in drafts if draft.problem is None}
    beginnings = [beginning for beginning in agenda.beginnings if beginning.campaign in able]
    lanes: dict[Bound, dict[str, Lane]] = {bound: _lanes(known, bound, recurring.values()) for bound in BOUNDS}
    days: dict[Bound, Days] = {bound: fire_all(lanes[bound], recurring, beginnings, agenda.until) for bound in BOUNDS}
    forecast = DaysForecast(wanted, known, drafts, recurring, agenda, days, lanes, unreadable)
    return shown_days(forecast, resources.zone)


def _drafts(resources: Resources) -> tuple[list[Draft], dict[int, Problem]]:
    """Return the campaigns, and by id the problems of those whose settings cannot be read; these are never due."""
    drafts: list[Draft] = []
    unreadable: dict[int, Problem] = {}
    for campaign in resources.ledger.campaigns.all():
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
