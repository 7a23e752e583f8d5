"""Phones over HTTP: list, look at one, name, disable, let rest, and have their accounts read."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.convertors import PathConvertor, register_url_convertor

from api import fleet
from api.device_schemas import (
    DeviceChange,
    DeviceOut,
    DevicePage,
    DeviceQuery,
    Forgotten,
    MatchRequest,
    QuarantineRequest,
    UnidentifiedOut,
)
from api.envelope import CONFLICT, Envelope, Problem
from api.facade import TheFacade
from api.idempotency import IdempotencyKey, idempotency_of
from api.prefect_api import PrefectRefused, PrefectUnreachable
from api.schemas import CreatedTasks
from api.shown import shown_phone
from api.threads import to_end
from phonefleet.ledger import NewTask
from phonefleet.ledger.device_list import DeviceFilter
from phonefleet.queues import queue_name
from phonefleet.scripts import MATCH_ACCOUNTS
from phonefleet.settings import POOL

_log = logging.getLogger(__name__)


class _PhoneName(PathConvertor):
    """A phone's name at the end of a path: anything, slashes too, but for what may be done with a phone."""

    regex = r"(?!.*/(?:quarantine|release|match-accounts|screenshot|hierarchy)$).+"


register_url_convertor("phone", _PhoneName())
router = APIRouter(tags=["devices"])


@router.get("/devices")
def list_devices(wanted: Annotated[DeviceQuery, Query()], facade: TheFacade) -> Envelope[DevicePage]:
    """List the phones that any host has ever seen."""
    sought = DeviceFilter(state=wanted.state, group=wanted.group)
    found = facade.ledger.devices.page(sought, wanted.page, wanted.page_size)
    phones = [shown_phone(listed) for listed in found.items]
    page = DevicePage(
        devices=phones,
        unidentified=[UnidentifiedOut.model_validate(one) for one in facade.ledger.devices.strangers()],
        total=found.total,
        page=wanted.page,
        page_size=wanted.page_size,
    )
    return Envelope(data=page)


@router.get("/devices/{serial:phone}")
def get_device(serial: str, facade: TheFacade) -> Envelope[DeviceOut]:
    """Show one phone, by its serial, its alias, or an address that it has or had."""
    return _answer(serial, facade)


@router.delete("/devices/{serial:phone}")
async def forget_device(serial: str, facade: TheFacade) -> Envelope[Forgotten]:
    """Forget a phone that is not connected: its tasks that wait are cancelled, its accounts have no phone then.

    What it has done stays. If it is connected again, it is a new phone.
    """
    phone = await to_end(fleet.phone, facade, serial)
    cancelled = await to_end(facade.ledger.devices.forget, phone.serial)
    try:
        await facade.prefect.remove_queue(POOL, queue_name(phone.serial))
    except (PrefectUnreachable, PrefectRefused) as error:
        _log.warning("the work queue of %s stays in Prefect: %s", phone.serial, error)
    return Envelope(data=Forgotten(serial=phone.serial, cancelled_count=cancelled))


@router.patch("/devices/{serial:phone}")
def change_device(serial: str, change: DeviceChange, facade: TheFacade) -> Envelope[DeviceOut]:
    """Change a phone's alias, group, or whether it is enabled; what is left out stays."""
    phone = fleet.phone(facade, serial)
    names = {"group": "group_name"}
    changes = {names.get(field, field): getattr(change, field) for field in change.model_fields_set}
    facade.ledger.devices.change(phone.serial, **changes)
    return _answer(phone.serial, facade)


@router.post("/devices/{serial:path}/quarantine")
def quarantine_device(serial: str, request: QuarantineRequest, facade: TheFacade) -> Envelope[DeviceOut]:
    """Give a phone no more work until it is released; what runs ends, what is queued waits."""
    phone = fleet.phone(facade, serial)
    facade.ledger.devices.quarantine(phone.serial, request.reason, by="person")
    return _answer(phone.serial, facade)


@router.post("/devices/{serial:path}/release")
def release_device(serial: str, facade: TheFacade) -> Envelope[DeviceOut]:
    """End a phone's quarantine, whoever began it."""
    phone = fleet.phone(facade, serial)
    if not facade.ledger.devices.release(phone.serial):
        raise Problem(CONFLICT, f"{phone.serial} is not in quarantine")
    return _answer(phone.serial, facade)


@router.post("/devices/{serial:path}/match-accounts")
def match_accounts(
    serial: str, facade: TheFacade, request: MatchRequest | None = None, key: IdempotencyKey = None
) -> Envelope[CreatedTasks]:
    """Create a task that reads from the app which accounts are signed in on the phone, and binds them to it."""
    phone = fleet.phone(facade, serial)
    app = fleet.app(facade, "app", request.app if request else None)
    now = facade.clock.now()
    task = NewTask(
        script_name=MATCH_ACCOUNTS.name,
        script_config=MATCH_ACCOUNTS.parse({}),
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
