"""What all campaigns would do over some days: expanded as a firing expands them, foreseen without doing anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from random import Random

from api.agenda import Recurrence, agenda_of
from api.campaign_schemas import CampaignSettings
from api.campaigns import expanded, settings_of
from api.days_shown import shown_days
from api.envelope import Problem
from api.facade import Facade
from api.forecast_facts import Known, known_about
from api.foreseen import Draft, Foreseen
from api.plan_schemas import DaysRequest, PlanOut
from phonefleet.ledger import NewTask
from phonefleet.ledger.campaigns import Campaign
from phonefleet.plans import Days, Lane, Recurring, Work, fire_all
from phonefleet.plans.durations import BOUNDS, Bound


def forecast_days(facade: Facade, request: DaysRequest) -> PlanOut:
    """Return what campaigns would do from now on."""
    now = facade.clock.now()
    drafts, unreadable = _drafts(facade)
    busy = facade.ledger.forecasts.phones_of_campaigns([draft.campaign.id for draft in drafts])
    tasks = [task for draft in drafts for task in draft.tasks]
    known = known_about(facade, now, tasks, {serial for serials in busy.values() for serial in serials})
    recurring = {draft.campaign.id: _recurring(known, draft, busy.get(draft.campaign.id, [])) for draft in drafts}
    wanted = now + timedelta(days=request.days)
    last = facade.ledger.campaigns.last_firings(list(recurring))
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
    return shown_days(Foreseen(wanted, known, drafts, recurring, agenda, days, lanes, unreadable))


def _drafts(facade: Facade) -> tuple[list[Draft], dict[int, Problem]]:
    """Return the campaigns, and by its id why one cannot be read: it is never due, and the others are planned."""
    drafts: list[Draft] = []
    unreadable: dict[int, Problem] = {}
    for campaign in facade.ledger.campaigns.all():
        try:
            settings = settings_of(campaign.settings)
        except Problem as problem:
            unreadable[campaign.id] = problem
        else:
            drafts.append(_draft(facade, campaign, settings))
    return drafts, unreadable


def _draft(facade: Facade, campaign: Campaign, settings: CampaignSettings) -> Draft:
    rng = Random(0)  # noqa: S311 - a plan shows no drawn waits, and draws none of those that tasks will get
    try:
        return Draft(campaign, settings, expanded(facade, campaign.id, settings, campaign.name, rng))
    except Problem as problem:
        return Draft(campaign, settings, [], problem)


def _recurring(known: Known, draft: Draft, busy: Iterable[str]) -> Recurring:
    """Return what a firing does on each phone, those included on which an earlier one goes on."""
    tasks: defaultdict[str, list[NewTask]] = defaultdict(list)
    for task in draft.tasks:
        tasks[task.serial].append(task)
    works: dict[str, Sequence[Work]] = {
        serial: list(known.asked(draft.settings.task, each)) for serial, each in tasks.items()
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
