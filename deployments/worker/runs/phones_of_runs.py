"""Finds the phone that each flow run is for: its task's phone, or, for a run that a person made, its parameter's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from phonefleet.errors import NameUnclear
from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.names import Names
from phonefleet.ledger.tasks.adoption import app_in, name_in, serial_in
from phonefleet.runs.keys import is_of_a_task, task_id_in
from phonefleet.text import full_name
from phonefleet.words import say


@dataclass(frozen=True, slots=True)
class PhonesOfRuns:
    """The phones' serials by run id; and the runs that can start nowhere, each with the reason.

    `unclear` are those whose parameter could mean several phones, `unknown` those whose parameter means none.
    """

    phones: dict[UUID, str] = field(default_factory=dict[UUID, str])
    unclear: dict[UUID, str] = field(default_factory=dict[UUID, str])
    unknown: dict[UUID, str] = field(default_factory=dict[UUID, str])

    @property
    def hopeless(self) -> dict[UUID, str]:
        """The runs that would wait for ever, with the reason."""
        return self.unclear | self.unknown


def phones_of_runs(ledger: Ledger, runs: Sequence[FlowRun], at_hand: Collection[str]) -> PhonesOfRuns:
    """Return which phones the runs are for.

    A run whose parameter is a serial in `at_hand` needs no look-up in the ledger. A person may name the account in
    place of the phone.
    """
    found = PhonesOfRuns()
    others = [run for run in runs if not _is_at_hand(run, at_hand, found)]
    if not others:
        return found
    tasks = {run.id: task_id_in(run.idempotency_key, ledger.id) for run in others}
    wanted = [task_id for task_id in tasks.values() if task_id is not None]
    serials = {task.id: task.serial for task in ledger.tasks.some(wanted)} if wanted else {}
    strangers = [run for run in others if tasks[run.id] is None]
    names = ledger.devices.resolve(list(dict.fromkeys(name_in(run.parameters) for run in strangers)))
    for run in others:
        task_id = tasks[run.id]
        try:
            named = _named(ledger, run, names, found) if task_id is None else serials.get(task_id)
        except NameUnclear as error:
            found.unclear[run.id] = error.message
        else:
            # A run whose task was deleted goes to the phone that its parameter names; the lane there cancels it.
            found.phones[run.id] = named or serial_in(run.parameters) or ""
    return found


def _named(ledger: Ledger, run: FlowRun, names: Names, found: PhonesOfRuns) -> str | None:
    """Return the phone that a run names; one that a person started without such a phone is put down as unknown.

    Raises:
        NameUnclear: the name means several phones.

    """
    name = name_in(run.parameters)
    serial = names.serial_of(name) or _phone_of_account(ledger, name, run)
    if serial is None and not is_of_a_task(run.idempotency_key):  # other ledgers know the phones of their own tasks
        found.unknown[run.id] = _unknown(name)
    return serial


def _unknown(name: str) -> str:
    if not name.strip():
        return say(
            "worker.no_phone_named",
            "No phone is named: give `serial`, a name of a phone, or an account. "
            "`phonefleet devices` shows all phones.",
        )
    return say(
        "worker.no_host_ever_seen_phone",
        "No host has ever seen a phone {name!r}, and no account of that name is bound to one: "
        "`phonefleet devices` shows the names of all phones.",
        name=name[:100],
    )


def _phone_of_account(ledger: Ledger, name: str, run: FlowRun) -> str | None:
    accounts = ledger.accounts.called(name, app_in(run.parameters)) if name else []
    serials = {account.serial for account in accounts}
    if len(serials) > 1:
        aliases = ledger.devices.aliases()
        phones = sorted(full_name(serial, aliases.get(serial)) for serial in serials)
        message = say(
            "worker.account_name_phone_app",
            "{name} is an account on {phones}: name the phone, or the app",
            name=name,
            phones=" and on ".join(phones),
        )
        raise NameUnclear(message)
    return next(iter(serials), None)


def _is_at_hand(run: FlowRun, at_hand: Collection[str], found: PhonesOfRuns) -> bool:
    named = serial_in(run.parameters)
    if named is None or named not in at_hand:
        return False
    found.phones[run.id] = named
    return True
