"""What the task API answers about what a request would do, field by field; instants are ISO 8601 text with offset."""

from __future__ import annotations

from typing import Literal, TypedDict

from phonefleet.client.campaign_answers import Overlap
from phonefleet.client.limit_answers import Kind


class Times(TypedDict):
    """An instant as well as it is known."""

    earliest: str
    expected: str
    latest: str


class Estimate(TypedDict):
    """How long one task takes, in seconds, and how many earlier tasks, and whose, say so."""

    earliest: float
    expected: float
    latest: float
    median: float
    samples: int
    basis: Literal["phone", "script", "default"]


class LimitMet(TypedDict):
    """A limit that tasks meet, first `at` an instant of each day; `why` goes on after the account's name."""

    campaign: int | None
    account: str
    kind: Kind | None
    limit: Literal["budget", "gap", "hours"]
    why: str
    until: str | None
    fails: bool
    tasks: int
    at: list[str]


class Span(TypedDict):
    """A time in which a phone is expected to work; `asked` tells what the plan is about from earlier tasks."""

    start: str
    end: str
    asked: bool
    tasks: int
    campaign: int | None


class PhoneShare(TypedDict):
    """What a campaign would do on one phone."""

    campaign: int
    tasks: int
    start: Times | None
    end: Times | None


class PhonePlan(TypedDict):
    """What a phone would do; `start` and `end` are None where every task would fail at a limit."""

    serial: str
    alias: str | None
    tasks: int
    before: int
    start: Times | None
    end: Times | None
    estimate: Estimate | None
    limits: list[LimitMet]
    conflicts: list[str]
    spans: list[Span]
    shares: list[PhoneShare]


class PlanRefusal(TypedDict):
    """Why a request would be refused."""

    field: str
    reason: str


class FiringPlan(TypedDict):
    """A firing of a campaign, which begins after its jitter."""

    due_at: str
    begins_at: str
    outcome: Literal["fired", "skipped", "failed"]
    cancelled: int
    tasks: int
    end: str | None


class Conflict(TypedDict):
    """What stands against a campaign; `why` goes on after its name, `other` is the campaign that it waits for."""

    kind: Literal["refused", "phone", "overlap", "budget", "hours", "unfinished"]
    why: str
    other: int | None
    times: int
    first_at: str | None
    serials: list[str]


class CampaignPlan(TypedDict):
    """What a campaign would do, with its first firings."""

    id: int
    name: str
    script_name: str
    timezone: str
    overlap: Overlap
    paused: bool
    fired: int
    skipped: int
    failed: int
    tasks: int
    cancelled: int
    phones: int
    start: Times | None
    end: Times | None
    estimate: Estimate | None
    firings: list[FiringPlan]
    conflicts: list[Conflict]


class Plan(TypedDict):
    """What a request for tasks would do, or all campaigns over some days; nothing has been done.

    Only of days there are `since`, `until`, `campaigns` and, when they are fewer than asked for, `cut`.
    """

    accepted: bool
    refusals: list[PlanRefusal]
    tasks: int
    start: Times | None
    end: Times | None
    phones: list[PhonePlan]
    since: str | None
    until: str | None
    cut: str | None
    campaigns: list[CampaignPlan]
