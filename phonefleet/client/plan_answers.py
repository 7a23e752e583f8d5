"""What the task API answers about what a request would do, field by field; instants are ISO 8601 text with offset."""

from __future__ import annotations

from typing import Literal, TypedDict

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
    """A limit that tasks meet; `why` goes on after the account's name."""

    account: str
    kind: Kind | None
    limit: Literal["budget", "gap", "hours"]
    why: str
    until: str | None
    fails: bool
    tasks: int


class Span(TypedDict):
    """A time in which a phone is expected to work; `asked` tells the tasks of the request from earlier ones."""

    start: str
    end: str
    asked: bool
    tasks: int


class PhonePlan(TypedDict):
    """What a phone would do; `start` and `end` are None where every task would fail at a limit."""

    serial: str
    alias: str | None
    tasks: int
    before: int
    start: Times | None
    end: Times | None
    estimate: Estimate
    limits: list[LimitMet]
    conflicts: list[str]
    spans: list[Span]


class PlanRefusal(TypedDict):
    """Why a request would be refused."""

    field: str
    reason: str


class Plan(TypedDict):
    """What a request for tasks would do; nothing has been done."""

    accepted: bool
    refusals: list[PlanRefusal]
    tasks: int
    start: Times | None
    end: Times | None
    phones: list[PhonePlan]
