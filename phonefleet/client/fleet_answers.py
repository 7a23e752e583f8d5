"""What the task API answers about phones, accounts and its audit trail, field by field."""

from __future__ import annotations

from typing import Literal, TypedDict

DeviceState = Literal[
    "online", "busy", "offline", "unauthorized", "no_permissions", "recovery", "ambiguous", "quarantined"
]


class Device(TypedDict):
    """A phone that some host has seen."""

    serial: str
    addresses: list[str]
    serial_number: str | None
    android_id: str | None
    alias: str | None
    model: str | None
    android_version: str | None
    host: str
    state: DeviceState
    battery: int | None
    enabled: bool
    group: str | None
    current_task: int | None
    queue_length: int
    first_seen: str
    last_seen: str
    note: str | None
    quarantine_reason: str | None
    quarantined_since: str | None
    quarantined_until: str | None
    quarantined_by: Literal["person", "worker"] | None


class Unidentified(TypedDict):
    """Something that adb shows and that is no known phone, or has not said which one it is."""

    address: str
    host: str
    state: str
    advice: str | None


class Forgotten(TypedDict):
    """What became of a phone that was forgotten, and how many tasks waited for it."""

    serial: str
    cancelled_count: int


class DevicePage(TypedDict):
    """One page of phones, by serial; `unidentified` is what adb shows besides, on whatever page."""

    devices: list[Device]
    unidentified: list[Unidentified]
    total: int
    page: int
    page_size: int


class Account(TypedDict):
    """An account and the phone that it is bound to; `platform` is the app profile."""

    id: int
    username: str
    platform: str
    packagename: str | None
    device: str
    device_online: bool
    device_name: str
    logined: bool
    enabled: bool
    status: Literal["enabled", "disabled", "held"]
    hold_reason: str | None
    held_since: str | None
    tags: list[str]


class AccountPage(TypedDict):
    """One page of accounts, by id."""

    accounts: list[Account]
    total: int
    page: int
    page_size: int


class LineError(TypedDict):
    """What is wrong with one line of a file; lines count from 1."""

    line: int
    field: str
    reason: str


class Imported(TypedDict):
    """How many accounts a file has entered or changed, and which of its lines were left out."""

    created_count: int
    updated_count: int
    errors: list[LineError]


class Verification(TypedDict):
    """A selector of an app profile that was seen to work on a phone with a version of the app."""

    serial: str
    app: str
    app_version: str
    selector: str
    fingerprint: str
    verified_at: str


class VerificationList(TypedDict):
    """Verified selectors, by phone, version of the app and name."""

    verifications: list[Verification]


class ScrapedUser(TypedDict):
    """Somebody who was found: by which task, in which list, at which place from 1."""

    username: str
    source: str
    position: int
    task_id: int
    seen_at: str


class ScrapedUserPage(TypedDict):
    """One page of people, in order of discovery."""

    users: list[ScrapedUser]
    total: int
    page: int
    page_size: int


class AuditEntry(TypedDict):
    """A call that could change something; `actor` names a token by the beginning of its digest."""

    id: int
    at: str
    actor: str
    address: str
    method: str
    path: str
    request_id: str
    code: int | None
    tasks: int | None


class AuditPage(TypedDict):
    """One page of the audit trail, newest first."""

    entries: list[AuditEntry]
    total: int
    page: int
    page_size: int
