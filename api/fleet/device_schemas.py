"""The schemas of phones."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.answers.fields import Id, Instant, Name, PageQuery, Reason, Text, may_be_omitted
from api.answers.told import Telling, Told
from phonefleet.ledger.fleet.device_list import DeviceState
from phonefleet.wording import Form
from phonefleet.words import say

ALIAS = Form(
    r"^[^\W_][\w.-]{0,63}$",
    say(
        "fleet.must_1_64_letters_digits",
        "must be 1 to 64 letters, digits and any of _ . -, without spaces, and begin with a letter or a digit",
    ),
)
"""The form of an alias or group: 1 to 64 letters, digits and `_ . -`, beginning with a letter or a digit."""

Alias = Annotated[str, ALIAS, Field(examples=["front_desk"])]


class DeviceQuery(PageQuery):
    """Which phones to list."""

    state: DeviceState | None = None
    group: Text | None = None


class PhoneName(BaseModel):
    """A phone, as answers about something else name it."""

    serial: str
    alias: str | None = Field(description="What people call it now; null: it has no other name.")


class TakenOver(BaseModel):
    """Who has taken a phone over."""

    state: Literal["waiting", "held"] = Field(description="Waiting until what runs has come to a safe point.")
    by: str
    since: Instant
    until: Instant = Field(description="When it ends by itself, unless something is entered before.")


class DeviceOut(Telling):
    """A phone that some host has seen."""

    serial: str = Field(description="What the phone is called, whatever its address is.")
    addresses: list[str] = Field(description="The names under which adb has it now, the one that is used first.")
    serial_number: str | None = Field(description="What the phone says is its serial number (`ro.serialno`).")
    android_id: str | None = Field(description="Another one on each phone, and after each factory reset.")
    alias: str | None
    model: str | None
    android_version: str | None
    host: str = Field(description="The computer that the phone is connected to.")
    state: DeviceState = Field(description="Quarantined, if it is; else how it is connected, or busy with a task.")
    battery: int | None = Field(
        description="In percent, when it was last looked at; null for a phone that has none or does not tell."
    )
    enabled: bool = Field(description="A phone that is disabled gets no work; what is queued for it waits.")
    group: str | None
    current_task: Id | None
    queue_length: int = Field(description="How many tasks wait for it.")
    taken_over: TakenOver | None = Field(
        description="A phone that somebody has taken over gets no work until it is given back; what is queued waits."
    )
    first_seen: Instant
    last_seen: Instant = Field(description="When its connection last changed.")
    note: Told | None = Field(description="What a person should know or do about it.")
    quarantine_reason: Told | None
    quarantined_since: Instant | None
    quarantined_until: Instant | None = Field(description="Null while it lasts until somebody ends it.")
    quarantined_by: Literal["person", "worker"] | None = Field(
        description="A worker ends its own quarantine when the phone is well; a person's lasts until it is released."
    )


class UnidentifiedOut(Telling):
    """Something that adb shows and that is no known phone, or has not said which one it is."""

    model_config = ConfigDict(from_attributes=True)

    address: str = Field(description="Its name in adb.")
    host: str
    state: str = Field(description="How adb has it, or `unread` while it does not say which phone it is.")
    advice: Told | None = Field(description="What a person can do about it.")


class Forgotten(BaseModel):
    """What became of a phone that was forgotten."""

    serial: str
    alias: str | None = Field(description="What people called it.")
    cancelled_count: int = Field(description="How many tasks waited for it; they have ended.")


class DevicePage(BaseModel):
    """One page of phones, by serial."""

    devices: list[DeviceOut]
    unidentified: list[UnidentifiedOut] = Field(description="What adb shows besides, on whatever page.")
    total: int
    page: int
    page_size: int


class DeviceChange(BaseModel):
    """What to change about a phone; null takes a name or a group away."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    alias: Alias | None = Field(
        default=None,
        description="A second name, which no other phone has as alias or serial.",
        json_schema_extra=may_be_omitted,
    )
    group: Alias | None = Field(default=None, json_schema_extra=may_be_omitted)
    enabled: bool = Field(default=True, json_schema_extra=may_be_omitted)


class QuarantineRequest(BaseModel):
    """Why a phone gets no work."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    reason: Reason


class MatchRequest(BaseModel):
    """Which app's accounts to read."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    app: Name | None = Field(default=None, description="App profile; unset: the configured one.")
