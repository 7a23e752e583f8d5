"""Phones and accounts over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.envelope import Envelope
from api.facade import TheFacade
from api.fleet_schemas import AccountOut, AccountPage, DeviceList, DeviceOut
from api.schemas import PageQuery
from phonefleet.apps import ProfileBroken, ProfileUnknown, load_profile
from phonefleet.ledger import Account, Counts, Device
from phonefleet.ledger.account_list import AccountFilter
from phonefleet.settings import Settings

router = APIRouter(tags=["fleet"])


@router.get("/devices")
def list_devices(facade: TheFacade) -> Envelope[DeviceList]:
    """List every phone that any host has ever seen."""
    phones = facade.ledger.devices.all()
    running = facade.ledger.tasks.running_on([phone.serial for phone in phones])
    counts = facade.ledger.tasks.count_by_device()
    now = facade.clock.now()
    devices = [_device(phone, running.get(phone.serial), counts.get(phone.serial, Counts()), now) for phone in phones]
    return Envelope(data=DeviceList(devices=devices, total=len(devices)))


@router.get("/accounts")
def list_accounts(wanted: Annotated[PageQuery, Query()], facade: TheFacade) -> Envelope[AccountPage]:
    """List accounts with the phones that they are bound to."""
    found = facade.ledger.accounts.page(AccountFilter(), wanted.page, wanted.page_size)
    accounts = [_account(listed.account, listed.phone, facade.settings) for listed in found.items]
    page = AccountPage(accounts=accounts, total=found.total, page=wanted.page, page_size=wanted.page_size)
    return Envelope(data=page)


def _device(phone: Device, current_task: int | None, counts: Counts, now: datetime) -> DeviceOut:
    return DeviceOut(
        serial=phone.serial,
        alias=phone.alias,
        model=phone.model,
        android_version=phone.android_version,
        host=phone.host,
        state=_state(phone, current_task, now),
        battery=phone.battery,
        enabled=phone.enabled,
        group=phone.group_name,
        current_task=current_task,
        queue_length=counts.pending,
        first_seen=phone.first_seen,
        last_seen=phone.last_seen,
        quarantine_reason=phone.quarantine_reason,
        quarantined_until=phone.quarantined_until,
    )


def _state(phone: Device, current_task: int | None, now: datetime) -> str:
    if phone.quarantined_until is not None and phone.quarantined_until > now:
        return "quarantined"
    return "busy" if current_task is not None and phone.state == "online" else phone.state


def _account(account: Account, phone: Device | None, settings: Settings) -> AccountOut:
    return AccountOut(
        id=account.id,
        username=account.username,
        platform=account.app,
        packagename=_package(account.app, settings),
        device=account.serial,
        device_online=phone is not None and phone.state == "online",
        device_name=(phone and (phone.alias or phone.model)) or account.serial,
        logined=account.signed_in,
        status=_status(account),
        hold_reason=account.hold_reason,
        held_since=account.held_since,
        tags=account.tags,
    )


def _status(account: Account) -> Literal["enabled", "disabled", "held"]:
    if not account.enabled:
        return "disabled"
    return "enabled" if account.held_since is None else "held"


def _package(app: str, settings: Settings) -> str | None:
    try:
        return load_profile(app, settings.home / "profiles").package
    except (ProfileUnknown, ProfileBroken):
        return None
