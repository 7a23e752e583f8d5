"""The schemas of limits, of what accounts have used of them, and of the do-not-contact list."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.answers.fields import ALL_FIELDS, LARGEST_ID, Id, Instant, Name, NewUsername, PageQuery, Reason, Text
from phonefleet.limits import Kind, Rules, WhenMet

MOST_PEOPLE = 10_000
"""How many people one request may name."""


class LimitsRequest(Rules):
    """All limits, to hold in place of those that hold now; what is left out is as it is by default."""

    version: Annotated[int, Field(ge=0, lt=LARGEST_ID)] | None = Field(
        default=None, description="The version that these replace: refused when others hold by now. Null: any."
    )

    def rules(self) -> Rules:
        """Return the limits without the version."""
        return Rules(**{name: getattr(self, name) for name in Rules.model_fields})


class LimitsOut(Rules):
    """All limits, as they hold now."""

    model_config = ALL_FIELDS

    version: int = Field(description="Counts up with each change; 0 before the first.")
    set_at: Instant | None = Field(description="Null before the first change.")


class KindUsage(BaseModel):
    """What an account has used of one budget today, and what is left."""

    kind: Kind
    used: int = Field(description="What was done, may have been done, or is about to be done.")
    budget: int
    left: int


class AccountUsage(BaseModel):
    """What an account may still do today."""

    id: Id
    username: str
    platform: str = Field(description="The app profile.")
    device: str = Field(description="Serial of the phone.")
    alias: str | None = Field(description="What people call the phone; null: it has no other name.")
    date: dt.date
    resets_at: Instant = Field(description="When the next day begins.")
    opens_at: Instant | None = Field(description="When it works next; null while it works.")
    when_met: WhenMet = Field(description="Whether its tasks wait or fail when they meet a limit.")
    actions: list[KindUsage]


class UsagePage(BaseModel):
    """One page of accounts and what they have used, by id."""

    accounts: list[AccountUsage]
    total: int
    page: int
    page_size: int


class PeopleQuery(PageQuery):
    """Which entries of the do-not-contact list to show."""

    username: Text | None = Field(default=None, description="The whole name; case and `@` do not matter.")
    app: Text | None = Field(default=None, description="App profile: whom its accounts must not contact.")


class Entry(BaseModel):
    """Somebody who must not be contacted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    username: NewUsername = Field(description="Case and `@` do not matter.")
    app: Name | None = Field(default=None, description="App profile; unset: all apps.")
    reason: Reason | None = None


class PeopleRequest(BaseModel):
    """People to add, or whose reasons to replace."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    entries: list[Entry] = Field(min_length=1, max_length=MOST_PEOPLE)


class PeopleNames(BaseModel):
    """People to take off the list."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    usernames: list[NewUsername] = Field(min_length=1, max_length=MOST_PEOPLE)
    app: Name | None = Field(default=None, description="Only their entries for this app profile; unset: all of them.")


class EntryOut(BaseModel):
    """Somebody who must not be contacted."""

    model_config = ConfigDict(from_attributes=True)

    username: str
    app: str | None = Field(description="App profile; null: all apps.")
    reason: str | None
    since: Instant


class PeoplePage(BaseModel):
    """One page of the list, by name."""

    entries: list[EntryOut]
    total: int
    page: int
    page_size: int


class PeopleAdded(BaseModel):
    """How many entries are new, and how many were there before."""

    added_count: int
    replaced_count: int


class PeopleRemoved(BaseModel):
    """How many entries were removed, and which names were not on the list."""

    removed_count: int
    not_found: list[str]
