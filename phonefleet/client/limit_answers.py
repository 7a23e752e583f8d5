"""What the task API answers about limits, field by field."""

from __future__ import annotations

from typing import Literal, TypedDict

WhenMet = Literal["wait", "fail"]
Kind = Literal[
    "follow", "unfollow", "like", "favorite", "repost", "share", "comment", "message", "post", "profile"
]  # fmt: skip
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Override(TypedDict):
    """Other limits for the accounts that fit everything which is named; what is empty or None stays."""

    username: str | None
    app: str | None
    tag: str | None
    group: str | None
    budgets: dict[Kind, int]
    gap: float | None
    gaps: dict[Kind, float]
    hours: dict[Weekday, list[str]] | None
    when_met: WhenMet | None


class Limits(TypedDict):
    """All limits. Budgets are actions a day, gaps are in seconds; of several overrides that fit the later one wins."""

    version: int
    set_at: str | None
    budgets: dict[Kind, int]
    gap: float
    gaps: dict[Kind, float]
    hours: dict[Weekday, list[str]] | None
    timezone: str | None
    when_met: WhenMet
    allow_shared_pool: bool
    overrides: list[Override]


class KindUsage(TypedDict):
    """What an account has used of one budget today, and what is left."""

    kind: Kind
    used: int
    budget: int
    left: int


class AccountUsage(TypedDict):
    """What an account may still do today; `opens_at` is None while it works."""

    id: int
    username: str
    platform: str
    device: str
    date: str
    resets_at: str
    opens_at: str | None
    when_met: WhenMet
    actions: list[KindUsage]


class UsagePage(TypedDict):
    """One page of accounts and what they have used, by id."""

    accounts: list[AccountUsage]
    total: int
    page: int
    page_size: int


class Person(TypedDict):
    """Somebody who must not be contacted; `app` None means by the accounts of any app."""

    username: str
    app: str | None
    reason: str | None
    since: str


class PeoplePage(TypedDict):
    """One page of the do-not-contact list, by name."""

    entries: list[Person]
    total: int
    page: int
    page_size: int


class PeopleAdded(TypedDict):
    """How many entries are new, and how many were there before."""

    added_count: int
    replaced_count: int


class PeopleRemoved(TypedDict):
    """Who is off the do-not-contact list, and who was not on it."""

    removed_count: int
    not_found: list[str]
