"""What the task API answers about campaigns, field by field."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from phonefleet.client.limit_answers import Weekday

Overlap = Literal["skip", "queue", "cancel"]
CatchUp = Literal["none", "last", "all"]


class Schedule(TypedDict):
    """When a campaign is due: by `cron`, `interval` in seconds, or `rrule`."""

    cron: str | None
    interval: int | None
    anchor: str | None
    rrule: str | None
    timezone: str | None


class Firing(TypedDict):
    """What became of a due time."""

    due_at: str
    fired_at: str
    outcome: Literal["fired", "skipped", "missed", "failed"]
    remark: str
    tasks: int
    flow_run_id: str | None


class Campaign(TypedDict):
    """A campaign; `task` is what is posted when it is due, `jitter` is in seconds."""

    id: int
    name: str
    task: dict[str, Any]
    schedule: Schedule
    jitter: float
    working_days: list[Weekday] | None
    start: str | None
    end: str | None
    random_order: bool
    overlap: Overlap
    catch_up: CatchUp
    paused: bool
    version: int
    note: str | None
    created_at: str
    updated_at: str
    deployment_url: str | None
    next_due: list[str]
    last_firing: Firing | None


class CampaignDetail(Campaign):
    """A campaign with what became of its last due times, the latest first."""

    firings: list[Firing]


class CampaignPage(TypedDict):
    """One page of campaigns, by name."""

    campaigns: list[Campaign]
    total: int
    page: int
    page_size: int


class Difference(TypedDict):
    """A field that differs; None means that it is not there."""

    field: str
    before: Any
    after: Any


class CampaignChange(TypedDict):
    """What becomes, or would become, of a campaign."""

    name: str
    action: Literal["create", "change", "keep", "delete"]
    differences: list[Difference]


class CampaignsApplied(TypedDict):
    """What was changed so that the campaigns are as wanted, or would be."""

    changes: list[CampaignChange]
    applied: bool
