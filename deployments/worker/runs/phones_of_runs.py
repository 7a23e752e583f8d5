"""Finds the phone that each flow run is for: its task's phone, or, for a run that a person made, its parameter's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from phonefleet.errors import NameUnclear
from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.tasks.adoption import serial_in
from phonefleet.runs.keys import task_id_in


@dataclass(frozen=True, slots=True)
class PhonesOfRuns:
    """The phones' serials by run id, and the runs whose parameter could mean several phones, with the error message."""

    phones: dict[UUID, str] = field(default_factory=dict[UUID, str])
    unclear: dict[UUID, str] = field(default_factory=dict[UUID, str])


def phones_of_runs(ledger: Ledger, runs: Sequence[FlowRun], at_hand: Collection[str]) -> PhonesOfRuns:
    """Return which phones the runs are for.

    A run whose parameter is a serial in `at_hand` needs no look-up in the ledger.
    """
    found = PhonesOfRuns()
    others = [run for run in runs if not _is_at_hand(run, at_hand, found)]
    if not others:
        return found
    tasks = {run.id: task_id_in(run.idempotency_key, ledger.id) for run in others}
    wanted = [task_id for task_id in tasks.values() if task_id is not None]
    serials = {task.id: task.serial for task in ledger.tasks.some(wanted)} if wanted else {}
    strangers = [run for run in others if tasks[run.id] is None]
    names = ledger.devices.resolve(list(dict.fromkeys(serial_in(run.parameters) or "" for run in strangers)))
    for run in others:
        task_id = tasks[run.id]
        try:
            named = names.serial_of(serial_in(run.parameters) or "") if task_id is None else serials.get(task_id)
        except NameUnclear as error:
            found.unclear[run.id] = error.message
        else:
            # A run whose task was deleted goes to the phone that its parameter names; the lane there cancels it.
            found.phones[run.id] = named or serial_in(run.parameters) or ""
    return found


def _is_at_hand(run: FlowRun, at_hand: Collection[str], found: PhonesOfRuns) -> bool:
    named = serial_in(run.parameters)
    if named is None or named not in at_hand:
        return False
    found.phones[run.id] = named
    return True
