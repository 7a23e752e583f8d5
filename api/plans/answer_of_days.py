"""Builds the answer of a plan for days: what each campaign does, and what each phone has to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from api.answers.envelope import ErrorData, FieldError, Problem
from api.plans.agenda import TOLD
from api.plans.campaign_conflicts import CampaignConflicts
from api.plans.days_forecast import DaysForecast, Draft
from api.plans.phone_conflicts import conflicts_of
from api.plans.schemas import CampaignPlan, EstimateOut, FiringPlan, LimitMet, PhonePlan, PhoneShare, PlanOut, SpanOut
from api.plans.times import overall, shown_estimate, times_of
from phonefleet.plans import Beginning, Fired, Span, merged_apart
from phonefleet.plans.durations import Bound
from phonefleet.words import say

_MOST_SPANS = 20_000
_FEWEST_PIECES, _MOST_PIECES = 8, 200


def shown_days(found: DaysForecast, zone: tzinfo) -> PlanOut:
    """Return a forecast of days as an answer."""
    phones = list(_phones(found))
    shares = {draft.campaign.id: _shares(phones, draft) for draft in found.drafts}
    against = CampaignConflicts(found)
    campaigns = [_campaign(found, against, draft, shares[draft.campaign.id]) for draft in found.drafts]
    problems = {f"campaigns.{draft.campaign.id}.task": draft.problem for draft in found.drafts if draft.problem}
    problems |= {f"campaigns.{key}": problem for key, problem in found.unreadable.items()}
    refusals = [refusal for place, problem in problems.items() for refusal in _refusals(place, problem)]
    return PlanOut(
        accepted=not refusals,
        refusals=refusals,
        tasks=sum(campaign.tasks for campaign in campaigns),
        start=overall([campaign.start for campaign in campaigns], first=True),
        end=overall([campaign.end for campaign in campaigns], first=False),
        phones=phones,
        since=found.known.now,
        until=found.agenda.until,
        cut=_cut(found, zone),
        campaigns=campaigns,
    )


def _cut(found: DaysForecast, zone: tzinfo) -> str | None:
    if found.agenda.until >= found.wanted:
        return None
    days = (found.agenda.until - found.known.now) / timedelta(days=1)
    until, wanted = found.agenda.until.astimezone(zone), found.wanted.astimezone(zone)
    return say(
        "plans.campaigns_due_so_often_only",
        "campaigns are due so often that only {days} days are planned, to {until} and not to {wanted}",
        days=f"{days:.1f}",
        until=f"{until:%Y-%m-%d %H:%M}",
        wanted=f"{wanted:%Y-%m-%d %H:%M}",
    )


def _refusals(place: str, problem: Problem) -> Iterator[FieldError]:
    data = problem.envelope.data
    if not isinstance(data, ErrorData):
        yield FieldError(field=place, reason=problem.message)
        return
    for error in data.errors[:TOLD]:
        yield FieldError(field=f"{place}.{error.field}", reason=error.reason)


# --- phones ------------------------------------------------------------------------------------------------


def _phones(found: DaysForecast) -> Iterator[PhonePlan]:
    slight = _slight(found)
    for serial in sorted(found.expected):
        shares = list(_shares_of_phone(found, serial))
        if shares:
            yield _phone(found, serial, shares, slight)


def _slight(found: DaysForecast) -> timedelta:
    """Return the longest pause between two tasks that is not shown: spans with less between them are merged."""
    pairs = sum(len(one.works) for one in found.recurring.values())
    pieces = min(_MOST_PIECES, max(_FEWEST_PIECES, _MOST_SPANS // max(1, pairs)))
    return (found.agenda.until - found.known.now) / pieces


def _phone(found: DaysForecast, serial: str, shares: list[PhoneShare], slight: timedelta) -> PhonePlan:
    known, lane = found.known, found.expected[serial]
    listed, before = known.phones[serial], len(known.queues.get(serial, []))
    at_work = {share.campaign for share in shares}
    works = [work for key in at_work for work in found.recurring[key].works[serial]]
    scripts = {draft.settings.task.script_name for draft in found.drafts if draft.campaign.id in at_work}
    nobody = any(map(known.scripts.acts, scripts)) and any(work.account is None for work in works)
    return PhonePlan(
        serial=serial,
        alias=listed.device.alias,
        tasks=sum(share.tasks for share in shares),
        before=before,
        start=overall([share.start for share in shares], first=True),
        end=overall([share.end for share in shares], first=False),
        estimate=None,
        limits=[LimitMet.model_validate(met) for met in lane.met],
        conflicts=conflicts_of(listed, before, scripts, known, nobody=nobody),
        spans=[SpanOut.model_validate(span) for span in _seen(found, lane.spans, slight)],
        shares=shares,
    )


def _seen(found: DaysForecast, spans: Sequence[Span], slight: timedelta) -> list[Span]:
    """Return the spans that begin within the days, merged where little time lies between them."""
    return merged_apart([span for span in spans if span.start < found.agenda.until], slight)


def _shares_of_phone(found: DaysForecast, serial: str) -> Iterator[PhoneShare]:
    for key, recurring in found.recurring.items():
        tasks = sum(work.number for work in recurring.works.get(serial, ())) * found.firings_with_tasks(key)
        if tasks:
            first: dict[Bound, datetime | None] = {
                bound: lanes[serial].first.get(key) for bound, lanes in found.lanes.items()
            }
            last: dict[Bound, datetime | None] = {
                bound: lanes[serial].last.get(key) for bound, lanes in found.lanes.items()
            }
            yield PhoneShare(campaign=key, tasks=tasks, start=times_of(first), end=times_of(last))


# --- campaigns ---------------------------------------------------------------------------------------------


def _shares(phones: list[PhonePlan], draft: Draft) -> list[PhoneShare]:
    return [share for phone in phones for share in phone.shares if share.campaign == draft.campaign.id]


def _campaign(found: DaysForecast, against: CampaignConflicts, draft: Draft, shares: list[PhoneShare]) -> CampaignPlan:
    key, settings = draft.campaign.id, draft.settings
    fired = found.fired.get(key, [])
    skipped = sum(one.skipped for one in fired)
    return CampaignPlan(
        id=key,
        name=draft.campaign.name,
        script_name=settings.task.script_name,
        timezone=settings.schedule.timezone or "UTC",
        overlap=settings.overlap,
        paused=draft.campaign.paused,
        fired=len(fired) - skipped,
        skipped=skipped,
        failed=len(found.due.get(key, [])) - len(fired),
        tasks=sum(share.tasks for share in shares),
        cancelled=sum(one.cancelled for one in fired),
        phones=len(shares),
        start=overall([share.start for share in shares], first=True),
        end=overall([share.end for share in shares], first=False),
        estimate=_estimate(found, draft),
        firings=list(_firings(found, key)),
        conflicts=list(against.of(draft)),
    )


def _estimate(found: DaysForecast, draft: Draft) -> EstimateOut | None:
    if not draft.tasks:
        return None
    task = draft.tasks[0]
    return shown_estimate(found.known.estimate(task.serial, task.script_name, task.script_config, task.app))


def _firings(found: DaysForecast, key: int) -> Iterator[FiringPlan]:
    fired = found.fired.get(key)
    if fired is None:
        yield from (_failed(beginning) for beginning in found.due.get(key, [])[:TOLD])
        return
    tasks = found.recurring[key].tasks
    for one in fired[:TOLD]:
        yield FiringPlan(
            due_at=one.beginning.due_at,
            begins_at=one.beginning.begins_at,
            outcome="skipped" if one.skipped else "fired",
            cancelled=one.cancelled,
            tasks=0 if one.skipped else tasks,
            end=_end(found, one),
        )


def _failed(beginning: Beginning) -> FiringPlan:
    at = {"due_at": beginning.due_at, "begins_at": beginning.begins_at}
    return FiringPlan(**at, outcome="failed", cancelled=0, tasks=0, end=None)


def _end(found: DaysForecast, fired: Fired) -> datetime | None:
    number = fired.beginning.number
    if number is None or fired.skipped:
        return None
    lanes = (found.expected[serial] for serial in found.recurring[fired.beginning.campaign].works)
    return max((lane.ends[number] for lane in lanes if number in lane.ends), default=None)
