"""The schemas of days: what the own profile of an account showed, day by day."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.answers.fields import Day, Id, Instant
from phonefleet.words import say

MOST_DAYS = 3700
"""As many of the latest days are shown as lie in ten years."""


class DaysQuery(BaseModel):
    """Which days to show, and in which form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Day | None = Field(default=None, description="The first day; unset: a year before the last one.")
    until: Day | None = Field(default=None, description="The last day; unset: today.")
    format: Literal["json", "csv"] | None = Field(
        default=None, description="Unset: CSV where the header Accept names `text/csv` and not JSON."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since is not None and self.until is not None and self.until < self.since:
            message = say("days.until_before_since", "until must not lie before since")
            raise ValueError(message)
        return self


class ShownNumberOut(BaseModel):
    """A number as an app has shown it, which rounds large ones."""

    model_config = ConfigDict(from_attributes=True)

    value: int
    step: int = Field(description="The true number lies within one step of the value; 1: it is exact.")
    text: str = Field(description="What the app wrote.")


class AccountDayOut(BaseModel):
    """What an account's own profile showed on a day."""

    model_config = ConfigDict(from_attributes=True)

    day: date = Field(description="A calendar day in the time zone of the limits.")
    numbers: dict[str, ShownNumberOut] = Field(
        description="By what they count: followers, following, posts, likes; what the app does not show is left out."
    )
    read_at: Instant
    task_id: Id | None


class AccountDaysOut(BaseModel):
    """An account's days, the earliest first; days on which nothing was read are left out."""

    account_id: Id
    username: str
    platform: str
    days: list[AccountDayOut]
