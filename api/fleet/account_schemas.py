"""The schemas of accounts, with the field names of the documented local task API."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from api.answers.envelope import FieldError
from api.answers.fields import Id, Instant, Name, NewUsername, PageQuery, Reason, Tags, Text, may_be_omitted
from api.answers.told import Telling, Told


class AccountFilters(BaseModel):
    """Which accounts to list or export."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: Text | None = Field(default=None, description="The whole name; case and `@` do not matter.")
    platform: Text | None = Field(default=None, description="App profile.")
    serial: Text | None = Field(default=None, description="Any name of the phone.")
    group: Text | None = Field(default=None, description="Group of the phone.")
    tag: Text | None = None
    held: bool | None = None
    enabled: bool | None = None
    logined: bool | None = None


class AccountQuery(AccountFilters, PageQuery):
    """Which accounts to list, and which page of them."""


class AccountOut(Telling):
    """An account and the phone that it is bound to."""

    id: Id
    username: str
    platform: str = Field(description="The app profile.")
    packagename: str | None = Field(description="The app's package, when its profile is known.")
    device: str = Field(description="Serial of the phone.")
    alias: str | None = Field(description="What people call the phone.")
    device_online: bool
    device_name: str = Field(description="The phone's alias, else its model, else its serial.")
    logined: bool = Field(description="Whether the app has shown the account as signed in on this phone.")
    enabled: bool
    status: Literal["enabled", "disabled", "held"] = Field(description="Only enabled accounts act.")
    hold_reason: Told | None
    held_since: Instant | None
    tags: list[str]


class AccountPage(BaseModel):
    """One page of accounts, by id."""

    accounts: list[AccountOut]
    total: int
    page: int
    page_size: int


class NewAccount(BaseModel):
    """An account, and the phone that it is bound to."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    username: NewUsername = Field(description="Without regard to case, unique within the app; `@` is optional.")
    serial: Name = Field(
        validation_alias=AliasChoices("serial", "device"),
        description="Serial, alias or address of a phone; `device` means the same.",
    )
    platform: Name | None = Field(default=None, description="App profile; unset: the configured one.")
    enabled: bool = True
    tags: Tags = Field(default_factory=list[str])


class AccountChange(BaseModel):
    """What to change about an account; what is left out stays."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    username: NewUsername = Field(default="", json_schema_extra=may_be_omitted)
    serial: Name = Field(
        default="",
        validation_alias=AliasChoices("serial", "device"),
        description="A name of the phone to bind it to; there it counts as signed out until it is seen.",
        json_schema_extra=may_be_omitted,
    )
    enabled: bool = Field(default=True, json_schema_extra=may_be_omitted)
    tags: Tags = Field(default_factory=list[str])


class HoldRequest(BaseModel):
    """Why an account must not act."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    reason: Reason


class LineError(FieldError):
    """What is wrong with one line of a file."""

    line: int = Field(description="Of the file, from 1; a row that spans several lines is named by its first.")


class Imported(BaseModel):
    """How many accounts a file has entered or changed, and which of its lines were left out."""

    created_count: int
    updated_count: int
    errors: list[LineError] = Field(description="Empty unless `partial` was asked for.")
