"""Deletes a phone: cancels its waiting tasks and unbinds its accounts; finished tasks and actions stay."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from phonefleet.errors import DeviceUnknown, PhoneInUse
from phonefleet.ledger.fleet.addresses import ABSENT
from phonefleet.ledger.fleet.recognition import name_twins
from phonefleet.ledger.fleet.renaming import forget as remove
from phonefleet.ledger.tables.base import LedgerRow
from phonefleet.ledger.tables.fleet import NOBODY, AccountRow, AddressRow, DeviceRow
from phonefleet.ledger.tables.tasks import OutboxEntry, TaskRow
from phonefleet.ledger.tasks.recalls import give_recall
from phonefleet.ledger.tasks.tasks import ENTERED, TASKS, entering
from phonefleet.ledger.values import StateChange
from phonefleet.runs.keys import run_key
from phonefleet.runs.states import Status
from phonefleet.words import say

_AWAY: Final = (ABSENT, "offline")
FORGOTTEN: Final = say("fleet.phone_forgotten", "the phone was forgotten")
"""The remark of tasks that waited for the phone."""


def forget(session: Session, serial: str, at: datetime) -> int:
    """Delete a phone and return how many waiting tasks were cancelled.

    Raises:
        DeviceUnknown: there is none.
        PhoneInUse: it is connected, or a task runs on it.

    """
    phone = session.get(DeviceRow, serial, with_for_update=True)
    if phone is None:
        raise DeviceUnknown
    serial_number = phone.serial_number
    _refuse_if_in_use(session, serial, phone.alias or serial)
    waiting = _cancel_waiting(session, serial, at)
    unbound = {"serial": NOBODY, "signed_in": False}
    session.execute(update(AccountRow).where(AccountRow.serial == serial).values(unbound))
    remove(session, serial)
    name_twins(session, serial_number)
    return waiting


def _refuse_if_in_use(session: Session, serial: str, name: str) -> None:
    here = (AddressRow.serial == serial, AddressRow.present, AddressRow.state.not_in(_AWAY))
    address = session.scalars(select(AddressRow.address).where(*here).limit(1)).first()
    if address is not None:
        message = say(
            "fleet.connected_disconnect_first_would_come",
            "{name} is connected as {address}: disconnect it first, or it would come again at once",
            name=name,
            address=address,
        )
        raise PhoneInUse(message)
    running = (TaskRow.serial == serial, TaskRow.deleted_at.is_(None), TaskRow.status == Status.RUNNING)
    task_id = session.scalars(select(TaskRow.id).where(*running).limit(1)).first()
    if task_id is not None:
        message = say(
            "fleet.task_runs_stop_wait_end",
            "Task {task_id} runs on {name}: stop it and wait for its end",
            task_id=task_id,
            name=name,
        )
        raise PhoneInUse(message)


def _cancel_waiting(session: Session, serial: str, at: datetime) -> int:
    """Cancel the waiting tasks of a phone, and recall their runs, also those that are just being created."""
    ledger = session.scalars(select(LedgerRow.id)).one()
    here = (TaskRow.serial == serial, TaskRow.deleted_at.is_(None), TaskRow.status == Status.PENDING)
    waiting = session.scalars(select(TaskRow).where(*here).with_for_update()).all()
    for task in waiting:
        if task.flow_run_id is None:
            give_recall(session, FORGOTTEN, at, at, run_key=run_key(ledger, task.id, task.retry_count))
        else:
            give_recall(session, FORGOTTEN, at, at, flow_run_id=task.flow_run_id)
    ids = [task.id for task in waiting]
    session.execute(delete(OutboxEntry).where(OutboxEntry.task_id.in_(ids)))
    cancelled = entering(StateChange("CANCELLED", "Cancelled", at, remark=FORGOTTEN))
    session.execute(update(TASKS).where(TASKS.c.id.in_(ids)).values(ENTERED), cancelled)
    return len(ids)
