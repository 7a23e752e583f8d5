"""The bodies of answers about phones and accounts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import Id, Instant


class DeviceOut(BaseModel):
    """A phone that some host has seen."""

    model_config = ConfigDict(from_attributes=True)

    serial: str
    alias: str | None
    model: str | None
    android_version: str | None
    host: str
    state: str = Field(description="online, busy, offline, unauthorized or quarantined.")
    battery: int | None = Field(description="In percent.")
    enabled: bool
    group: str | None
    current_task: int | None
    queue_length: int
    first_seen: Instant
    last_seen: Instant
    quarantine_reason: str | None
    quarantined_until: Instant | None


class DeviceList(BaseModel):
    """All phones, by serial."""

    devices: list[DeviceOut]
    total: int


class AccountOut(BaseModel):
    """An account and the phone that it is bound to."""

    id: Id
    username: str
    platform: str = Field(description="The app profile.")
    packagename: str | None = Field(description="The app's package, when its profile is known.")
    device: str
    device_online: bool
    device_name: str
    logined: bool
    status: Literal["enabled", "disabled", "held"]
    hold_reason: str | None
    held_since: Instant | None
    tags: list[str]


class AccountPage(BaseModel):
    """One page of accounts, by id."""

    accounts: list[AccountOut]
    total: int
    page: int
    page_size: int
