"""The settings of campaigns: parsed, checked before they are stored, expanded into tasks, and shown in answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from random import Random
from typing import Any, cast

from pydantic import ValidationError

from api.answers.envelope import ErrorData, Problem, invalid
from api.answers.errors import reasons
from api.campaigns.schemas import CampaignDetail, CampaignOut, CampaignSettings, FiringOut, ScheduleOut
from api.fleet.device_schemas import PhoneName
from api.resources import Resources
from api.tasks.fan_out import tasks_of
from api.tasks.sealing import sealed, sealed_config
from phonefleet.ledger import NewTask
from phonefleet.ledger.campaigns.campaigns import Campaign, Firing
from phonefleet.masking import masked
from phonefleet.schedules import next_due, shortest_period, works_on
from phonefleet.text import is_storable
from phonefleet.words import say

_SHOWN_AHEAD = 5
_LOOKED_AHEAD = 500


def settings_of(stored: Mapping[str, Any]) -> CampaignSettings:
    """Parse stored settings. Raises `Problem` when this version cannot."""
    try:
        return CampaignSettings.model_validate(stored)
    except ValidationError as error:
        raise invalid(*reasons(error.errors(include_url=False, include_input=False))) from error


def readable(stored: Mapping[str, Any]) -> CampaignSettings | None:
    """Parse stored settings; None when this version cannot."""
    try:
        return settings_of(stored)
    except Problem:
        return None


def checked(resources: Resources, settings: CampaignSettings) -> dict[str, Any]:
    """Check settings, and return them as the ledger stores them.

    Raises:
        Problem: they cannot work: the jitter is longer than the period, the end has passed, or the task is refused.

    """
    now = resources.clock.now()
    schedule = settings.schedule.settled(resources.zone, now)
    try:
        period = shortest_period(schedule, now)
    except ValueError as error:
        raise invalid(("schedule", str(error))) from error
    if timedelta(seconds=settings.jitter) > period:
        raise invalid(
            (
                "jitter",
                say(
                    "campaigns.longer_than_time_between_two",
                    "is longer than the time between two due times, {period}",
                    period=period,
                ),
            )
        )
    if has_ended(settings, now):
        raise invalid(("end", say("campaigns.lies_past", "lies in the past")))
    _check_tasks(resources, settings)
    return as_stored(resources, settings)


def as_stored(resources: Resources, settings: CampaignSettings) -> dict[str, Any]:
    """Return settings as the ledger stores them, unchecked: open parts of the schedule decided, keys sealed."""
    now = resources.clock.now()
    stored = settings.model_copy(update={"schedule": settings.schedule.settled(resources.zone, now)}).model_dump(
        mode="json", exclude={"name", "paused"}, exclude_none=True
    )
    stored["task"]["script_config"] = sealed_config(
        stored["task"]["script_config"], resources.ledger, resources.settings, now
    )
    return stored


def _check_tasks(resources: Resources, settings: CampaignSettings) -> None:
    try:
        tasks_of(resources, settings.task, resources.rng)
    except Problem as problem:
        data = problem.envelope.data
        if not isinstance(data, ErrorData):
            raise
        found = [(f"task.{error.field}", error.reason) for error in data.errors]
        raise invalid(*found, code=problem.code) from problem


def expanded(
    resources: Resources, campaign_id: int, settings: CampaignSettings, seed: str, rng: Random
) -> list[NewTask]:
    """Return the tasks of a due time, as a POST would make them. Raises `Problem`.

    The waits between tasks are drawn from the generator; a random order comes from the seed alone.
    """
    tasks = [
        replace(task, source="campaign", campaign_id=campaign_id) for task in tasks_of(resources, settings.task, rng)
    ]
    ordered = _shuffled(tasks, Random(seed)) if settings.random_order else tasks  # noqa: S311 - no secret
    return list(sealed(ordered, resources.ledger, resources.settings))


def _shuffled(tasks: Sequence[NewTask], rng: Random) -> list[NewTask]:
    """Return the tasks with the work of each phone in random order; ordinals, times and waits stay where they were."""
    work: defaultdict[str, list[NewTask]] = defaultdict(list)
    for task in tasks:
        work[task.serial].append(task)
    for each in work.values():
        rng.shuffle(each)
    drawn = {serial: iter(each) for serial, each in work.items()}
    return [_with_work_of(next(drawn[task.serial]), task) for task in tasks]


def _with_work_of(other: NewTask, task: NewTask) -> NewTask:
    return replace(task, script_config=other.script_config, username=other.username)


def why_skipped(settings: CampaignSettings, due_at: datetime, shown_in: tzinfo = UTC) -> str | None:
    """Return why a due time is skipped: it is before the start, after the end, or on no working day; else None.

    The working days are those of the schedule's zone; times are told in the zone `shown_in`.
    """
    zone = settings.schedule.zone
    if settings.start is not None and due_at < settings.start:
        return say(
            "campaigns.skipped_starts",
            "skipped: it starts at {start}",
            start=f"{settings.start.astimezone(shown_in):%Y-%m-%d %H:%M}",
        )
    if settings.end is not None and due_at > settings.end:
        return say(
            "campaigns.skipped_ended",
            "skipped: it ended at {end}",
            end=f"{settings.end.astimezone(shown_in):%Y-%m-%d %H:%M}",
        )
    if not works_on(due_at, zone, settings.working_days):
        return say(
            "campaigns.skipped_no_working_day",
            "skipped: {due_at} is no working day of it",
            due_at=f"{due_at.astimezone(zone):%A}",
        )
    return None


def has_ended(settings: CampaignSettings, now: datetime) -> bool:
    """Tell whether the end of a campaign has passed."""
    return settings.end is not None and settings.end < now


def shown_campaigns(resources: Resources, campaigns: Sequence[Campaign]) -> list[CampaignOut]:
    """Return campaigns as answers show them."""
    last = resources.ledger.campaigns.last_firings([campaign.id for campaign in campaigns])
    phones = _phones(resources, campaigns)
    return [
        CampaignOut(**_fields(resources, campaign, last.get(campaign.id)), phones=phones[campaign.id])
        for campaign in campaigns
    ]


def shown_in_detail(resources: Resources, campaign: Campaign, limit: int = 20) -> CampaignDetail:
    """Return a campaign with what became of its last due times."""
    firings = resources.ledger.campaigns.firings(campaign.id, limit)
    shown = [FiringOut.model_validate(firing) for firing in firings]
    phones = _phones(resources, [campaign])[campaign.id]
    return CampaignDetail(**_fields(resources, campaign, firings[0] if firings else None), phones=phones, firings=shown)


def _phones(resources: Resources, campaigns: Sequence[Campaign]) -> dict[int, list[PhoneName]]:
    """Return the phones that campaigns name, by campaign, each once and in the order in which they are named."""
    named = {campaign.id: _serials(campaign) for campaign in campaigns}
    known = resources.ledger.devices.resolve(list(dict.fromkeys(name for names in named.values() for name in names)))
    aliases = resources.ledger.devices.aliases()
    return {
        key: [
            PhoneName(serial=serial, alias=aliases.get(serial))
            for serial in dict.fromkeys(known[name] for name in names if name in known)
        ]
        for key, names in named.items()
    }


def _serials(campaign: Campaign) -> list[str]:
    """Return the names of phones in a campaign's settings, which may be those of an earlier version."""
    task: object = campaign.settings.get("task")
    names: object = cast("dict[str, object]", task).get("serials") if isinstance(task, dict) else None
    listed = cast("list[object]", names) if isinstance(names, list) else []
    return [name for name in listed if isinstance(name, str) and is_storable(name)]


def due_from(resources: Resources, settings: CampaignSettings) -> Iterator[datetime]:
    """Yield the next due times that are not skipped, among the next `_LOOKED_AHEAD` of the schedule."""
    now = resources.clock.now()
    for due_at in islice(next_due(settings.schedule, max(now, settings.start or now)), _LOOKED_AHEAD):
        if settings.end is not None and due_at > settings.end:
            return
        if why_skipped(settings, due_at) is None:
            yield due_at


def _fields(resources: Resources, campaign: Campaign, last: Firing | None) -> dict[str, Any]:
    url = f"{resources.settings.prefect_pages}/deployments/deployment/{campaign.deployment_id}"
    return {
        "id": campaign.id,
        "name": campaign.name,
        "task": masked(campaign.settings.get("task") or {}),
        **_shown_settings(resources, campaign),
        "paused": campaign.paused,
        "version": campaign.version,
        "created_at": campaign.created_at,
        "updated_at": campaign.updated_at,
        "deployment_url": url if campaign.deployment_id else None,
        "last_firing": last and FiringOut.model_validate(last),
    }


def _shown_settings(resources: Resources, campaign: Campaign) -> dict[str, Any]:
    """Return the settings and the next due times; of unreadable settings the readable part, and a note that says so."""
    try:
        settings = settings_of(campaign.settings)
    except Problem as problem:
        note = say(
            "campaigns.version_cannot_read_nothing_due",
            "this version cannot read it, and nothing is due until somebody changes it: {problem}",
            problem=problem.message,
        )
        return {**_what_can_be_read(campaign.settings), "note": note, "next_due": []}
    return {
        "schedule": ScheduleOut.model_validate(settings.schedule),
        **{name: getattr(settings, name) for name in _SHOWN},
        "note": campaign.note,
        "next_due": [] if campaign.paused else list(islice(due_from(resources, settings), _SHOWN_AHEAD)),
    }


def _what_can_be_read(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that can be read one by one, and defaults in place of the others."""
    usual = settings_of(_DEFAULTS)
    read = {name: readable({**_DEFAULTS, name: stored[name]}) or usual for name in _SHOWN if name in stored}
    nothing = dict.fromkeys(ScheduleOut.model_fields)
    try:
        schedule = ScheduleOut.model_validate({**nothing, **stored["schedule"]})
    except (ValidationError, TypeError, KeyError):
        schedule = ScheduleOut.model_validate(nothing)
    return {"schedule": schedule, **{name: getattr(read.get(name, usual), name) for name in _SHOWN}}


_SHOWN = ("jitter", "working_days", "start", "end", "random_order", "overlap", "catch_up")
_DEFAULTS = {"task": {"script_name": "follow", "serials": ["any"]}, "schedule": {"cron": "0 0 * * *"}}
