"""Which phone each run is for: a task's own, or, in a run of a person, the one that its parameter names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from phonefleet.errors import NameUnclear
from phonefleet.ledger.ledger import Ledger
from phonefleet.run_keys import task_id_in
from phonefleet.runs import serial_in


@dataclass(frozen=True, slots=True)
class Addressed:
    """The phones of runs, by the id of the run; `unclear` are runs of people that may mean several, with a sentence."""

    phones: dict[UUID, str] = field(default_factory=dict[UUID, str])
    unclear: dict[UUID, str] = field(default_factory=dict[UUID, str])


def addressed(ledger: Ledger, runs: Sequence[FlowRun], at_hand: Collection[str]) -> Addressed:
    """Return which phones the runs are for; `at_hand` are identities that need not be looked up."""
    found = Addressed()
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
            # A run whose task was deleted is ended by the lane of the phone that it names.
            found.phones[run.id] = named or serial_in(run.parameters) or ""
    return found


def _is_at_hand(run: FlowRun, at_hand: Collection[str], found: Addressed) -> bool:
    named = serial_in(run.parameters)
    if named is None or named not in at_hand:
        return False
    found.phones[run.id] = named
    return True
