"""Keeps the ledger's account in step with a change of its username in the app, also across a crash in between."""

from __future__ import annotations

from collections.abc import Sequence

from phonefleet.apps.pages.account_switcher import AccountSwitcher
from phonefleet.apps.shown_text import plain
from phonefleet.errors import Permanent
from phonefleet.ledger.fleet.renames import Rename
from phonefleet.text import bare_name
from phonefleet.words import say
from tasks.context import current
from tasks.readiness import driver
from tasks.retries import device_task


def settle_renames() -> None:
    """Resolve unfinished renames on this phone, which a crashed run has left: see `note_renames`."""
    context = current()
    if context.ledger.renames.unfinished(context.serial, context.app):
        _settle()


@device_task(run_name="find renamed accounts")
def _settle() -> None:
    note_renames()


def note_renames() -> None:
    """Record the results of unfinished renames, read from the app's account switcher."""
    context = current()
    if not context.ledger.renames.unfinished(context.serial, context.app):
        return
    shown = {plain(name): bare_name(name) for name in AccountSwitcher(driver()).accounts()}
    for rename in context.ledger.renames.unfinished(context.serial, context.app):
        got = [name for name in rename.candidates if plain(name) in shown]
        changed = plain(rename.before) not in shown and len(got) == 1
        context.ledger.renames.end(rename, shown[plain(got[0])] if changed else None, context.clock.now())


def begin_rename(candidates: Sequence[str]) -> Rename:
    """Record that the account may get one of these names, or return the rename that an earlier try has recorded."""
    context = current()
    if context.account is None:
        message = say("runs.nobody_knows_whose_username_would", "nobody knows whose username that would be")
        raise Permanent(message)
    earlier = context.ledger.renames.of_task(context.task_id)
    if earlier is not None and (earlier.after is not None or not earlier.ended):
        return earlier
    rename = Rename(context.task_id, context.app, context.serial, context.account, tuple(candidates))
    context.ledger.renames.begin(rename)
    return rename


def end_rename(rename: Rename, after: str | None) -> None:
    """Record the new username in the ledger and in the run's context; None means that the old one stays."""
    context = current()
    context.ledger.renames.end(rename, after, context.clock.now())
    context.account = after or rename.before
