"""The routes of phones: list, show, name, disable, quarantine, forget, and match accounts."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.convertors import PathConvertor, register_url_convertor

from api.answers.envelope import CONFLICT, Envelope, Problem
from api.answers.fields import CreatedTasks
from api.answers.idempotency import IdempotencyKey, idempotency_of
from api.fleet import named
from api.fleet.as_json import shown_phone
from api.fleet.device_schemas import (
    DeviceChange,
    DeviceOut,
    DevicePage,
    DeviceQuery,
    Forgotten,
    MatchRequest,
    QuarantineRequest,
    UnidentifiedOut,
)
from api.loops.threads import in_thread
from api.prefect.client import PrefectRefused, PrefectUnreachable
from api.resources import TheResources
from phonefleet.ledger import NewTask
from phonefleet.ledger.fleet.device_list import DeviceFilter
from phonefleet.runs.queues import queue_name
from phonefleet.scripts import MATCH_ACCOUNTS
from phonefleet.settings import POOL
from phonefleet.words import say

_log = logging.getLogger(__name__)


class _PhoneName(PathConvertor):
    """A phone's name at the end of a path: any text, even with slashes, that does not end with an action's name."""

    regex = r"(?!.*/(?:quarantine|release|match-accounts|screenshot|hierarchy|screen|takeover|takeover/input)$).+"


register_url_convertor("phone", _PhoneName())
router = APIRouter(tags=["devices"])


@router.get("/devices")
def list_devices(wanted: Annotated[DeviceQuery, Query()], resources: TheResources) -> Envelope[DevicePage]:
    """List the phones that any host has ever seen."""
    sought = DeviceFilter(state=wanted.state, group=wanted.group)
    found = resources.ledger.devices.page(sought, wanted.page, wanted.page_size)
    phones = [shown_phone(listed) for listed in found.items]
    page = DevicePage(
        devices=phones,
        unidentified=[UnidentifiedOut.model_validate(one) for one in resources.ledger.devices.strangers()],
        total=found.total,
        page=wanted.page,
        page_size=wanted.page_size,
    )
    return Envelope(data=page)


@router.get("/devices/{serial:phone}")
def get_device(serial: str, resources: TheResources) -> Envelope[DeviceOut]:
    """Show one phone, by its serial, its alias, or an address that it has or had."""
    return _answer(serial, resources)


@router.delete("/devices/{serial:phone}")
async def forget_device(serial: str, resources: TheResources) -> Envelope[Forgotten]:
    """Forget a phone that is not connected: its tasks that wait are cancelled, its accounts have no phone then.

    What it has done stays. If it is connected again, it is a new phone.
    """
    phone = await in_thread(named.phone, resources, serial)
    cancelled = await in_thread(resources.ledger.devices.forget, phone.serial)
    try:
        await resources.prefect.remove_queue(POOL, queue_name(phone.serial))
    except (PrefectUnreachable, PrefectRefused) as error:
        _log.warning("the work queue of %s stays in Prefect: %s", phone.serial, error)
    return Envelope(data=Forgotten(serial=phone.serial, alias=phone.alias, cancelled_count=cancelled))


@router.patch("/devices/{serial:phone}")
def change_device(serial: str, change: DeviceChange, resources: TheResources) -> Envelope[DeviceOut]:
    """Change a phone's alias, group, or whether it is enabled; what is left out stays."""
    phone = named.phone(resources, serial)
    names = {"group": "group_name"}
    changes = {names.get(field, field): getattr(change, field) for field in change.model_fields_set}
    resources.ledger.devices.change(phone.serial, **changes)
    return _answer(phone.serial, resources)


@router.post("/devices/{serial:path}/quarantine")
def quarantine_device(serial: str, request: QuarantineRequest, resources: TheResources) -> Envelope[DeviceOut]:
    """Give a phone no more work until it is released; what runs ends, what is queued waits."""
    phone = named.phone(resources, serial)
    resources.ledger.devices.quarantine(phone.serial, request.reason, by="person")
    return _answer(phone.serial, resources)


@router.post("/devices/{serial:path}/release")
def release_device(serial: str, resources: TheResources) -> Envelope[DeviceOut]:
    """End a phone's quarantine, whoever began it."""
    phone = named.phone(resources, serial)
    if not resources.ledger.devices.release(phone.serial):
        raise Problem(
            CONFLICT, say("fleet.not_quarantine", "{phone} is not in quarantine", phone=phone.alias or phone.serial)
        )
    return _answer(phone.serial, resources)


@router.post("/devices/{serial:path}/match-accounts")
def match_accounts(
    serial: str, resources: TheResources, request: MatchRequest | None = None, key: IdempotencyKey = None
) -> Envelope[CreatedTasks]:
    """Create a task that reads from the app which accounts are signed in on the phone, and binds them to it."""
    phone = named.phone(resources, serial)
    app = named.app(resources, "app", request.app if request else None)
    now = resources.clock.now()
    task = NewTask(
        script_name=MATCH_ACCOUNTS.name,
        script_config=MATCH_ACCOUNTS.parse({}),
        serial=phone.serial,
        app=app,
        created_at=now,
        scheduled_for=now,
    )
    idempotency = idempotency_of(key, f"{MATCH_ACCOUNTS.name} {phone.serial} {app}")
    task_ids = resources.ledger.tasks.create([task], idempotency)
    resources.tasks_created()
    return Envelope(data=CreatedTasks(task_ids=task_ids, created_count=len(task_ids)))


def _answer(serial: str, resources: TheResources) -> Envelope[DeviceOut]:
    return Envelope(data=shown_phone(named.listed_phone(resources, serial)))
