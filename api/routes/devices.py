"""Phones over HTTP: list, look at one, name, disable, let rest, and have their accounts read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api import fleet
from api.device_schemas import DeviceChange, DeviceOut, DevicePage, DeviceQuery, MatchRequest, QuarantineRequest
from api.envelope import CONFLICT, Envelope, Problem
from api.facade import TheFacade
from api.idempotency import IdempotencyKey, idempotency_of
from api.schemas import CreatedTasks
from api.shown import shown_phone
from phonefleet.ledger import NewTask
from phonefleet.ledger.device_list import DeviceFilter
from phonefleet.scripts import MATCH_ACCOUNTS

router = APIRouter(tags=["devices"])


@router.get("/devices")
def list_devices(wanted: Annotated[DeviceQuery, Query()], facade: TheFacade) -> Envelope[DevicePage]:
    """List the phones that any host has ever seen."""
    sought = DeviceFilter(state=wanted.state, group=wanted.group)
    found = facade.ledger.devices.page(sought, wanted.page, wanted.page_size)
    phones = [shown_phone(listed) for listed in found.items]
    page = DevicePage(devices=phones, total=found.total, page=wanted.page, page_size=wanted.page_size)
    return Envelope(data=page)


@router.get("/devices/{serial}")
def get_device(serial: str, facade: TheFacade) -> Envelope[DeviceOut]:
    """Show one phone, by its serial or its alias."""
    return _answer(serial, facade)


@router.patch("/devices/{serial}")
def change_device(serial: str, change: DeviceChange, facade: TheFacade) -> Envelope[DeviceOut]:
    """Change a phone's alias, group, or whether it is enabled; what is left out stays."""
    phone = fleet.phone(facade, serial)
    names = {"group": "group_name"}
    changes = {names.get(field, field): getattr(change, field) for field in change.model_fields_set}
    facade.ledger.devices.change(phone.serial, **changes)
    return _answer(phone.serial, facade)


@router.post("/devices/{serial}/quarantine")
def quarantine_device(serial: str, request: QuarantineRequest, facade: TheFacade) -> Envelope[DeviceOut]:
    """Give a phone no more work until it is released; what runs ends, what is queued waits."""
    phone = fleet.phone(facade, serial)
    facade.ledger.devices.quarantine(phone.serial, request.reason, by="person")
    return _answer(phone.serial, facade)


@router.post("/devices/{serial}/release")
def release_device(serial: str, facade: TheFacade) -> Envelope[DeviceOut]:
    """End a phone's quarantine, whoever began it."""
    phone = fleet.phone(facade, serial)
    if not facade.ledger.devices.release(phone.serial):
        raise Problem(CONFLICT, f"{phone.serial} is not in quarantine")
    return _answer(phone.serial, facade)


@router.post("/devices/{serial}/match-accounts")
def match_accounts(
    serial: str, facade: TheFacade, request: MatchRequest | None = None, key: IdempotencyKey = None
) -> Envelope[CreatedTasks]:
    """Create a task that reads from the app which accounts are signed in on the phone, and binds them to it."""
    phone = fleet.phone(facade, serial)
    app = fleet.app(facade, "app", request.app if request else None)
    now = facade.clock.now()
    task = NewTask(
        script_name=MATCH_ACCOUNTS.name,
        script_config={},
        serial=phone.serial,
        app=app,
        created_at=now,
        scheduled_for=now,
    )
    idempotency = idempotency_of(key, f"{MATCH_ACCOUNTS.name} {phone.serial} {app}")
    task_ids = facade.ledger.tasks.create([task], idempotency)
    facade.tasks_created()
    return Envelope(data=CreatedTasks(task_ids=task_ids, created_count=len(task_ids)))


def _answer(serial: str, facade: TheFacade) -> Envelope[DeviceOut]:
    return Envelope(data=shown_phone(fleet.listed_phone(facade, serial)))
