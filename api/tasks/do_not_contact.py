"""What the limits forbid before a task exists: contact with people who want none, and many accounts on one person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phonefleet.ledger import Ledger
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from phonefleet.scripts.script import ScriptConfig
from phonefleet.words import say


def forbidden(ledger: Ledger, app: str, configs: Sequence[ScriptConfig]) -> list[tuple[str, str]]:
    """Return what the limits forbid of the configurations of a request, each time with the field and the reason.

    Each person whom nobody may contact is named.
    """
    return [*_shared_pool(ledger, configs), *_unwanted(ledger, app, configs)]


def _shared_pool(ledger: Ledger, configs: Sequence[ScriptConfig]) -> Iterator[tuple[str, str]]:
    field = next(filter(None, (config.field_for_all_accounts() for config in configs)), None)
    if field and not ledger.limits.current().rules.allow_shared_pool:
        yield (
            f"script_config.{field}",
            say(
                "tasks.shared_pool_points_many_accounts",
                "shared_pool points many accounts at one person; allow_shared_pool in the limits must be true for that",
            ),
        )


def _unwanted(ledger: Ledger, app: str, configs: Sequence[ScriptConfig]) -> Iterator[tuple[str, str]]:
    contacting = (config.targets_by_field() for config in configs if config.contacts_people())
    targets = {target: field for found in contacting for field, named in found.items() for target in named}
    for target, person in (ledger.do_not_contact.among(targets, app) if targets else {}).items():
        yield f"script_config.{targets[target]}", _complaint(target, person)


def _complaint(target: str, person: DoNotContactEntry) -> str:
    because = say("tasks.because", ": {reason}", reason=person.reason) if person.reason else ""
    named = "" if "://" in target else "@"
    return say(
        "tasks.do_not_contact_list_since",
        "{named}{target} is on the do-not-contact list since {since}{because}",
        named=named,
        target=target,
        since=f"{person.since:%Y-%m-%d}",
        because=because,
    )
