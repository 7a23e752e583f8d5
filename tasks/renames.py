"""Usernames that change while scripts run: the account of the ledger follows, also across a crash in between."""

from __future__ import annotations

from collections.abc import Sequence

from phonefleet.apps.pages.account_switcher import AccountSwitcher
from phonefleet.apps.shown_text import plain
from phonefleet.errors import Permanent
from phonefleet.ledger.fleet.renames import Rename
from phonefleet.text import bare_name
from tasks.context import current
from tasks.readiness import driver
from tasks.retries import device_task


def settle_renames() -> None:
    """Find out which name an account of this phone bears, where a process died while it was being changed."""
    context = current()
    if context.ledger.renames.unfinished(context.serial, context.app):
        _settle()


@device_task(run_name="find renamed accounts")
def _settle() -> None:
    note_renames()


def note_renames() -> None:
    """Note what became of the changes of usernames that nobody saw the end of, as the app's switcher shows it."""
    context = current()
    if not context.ledger.renames.unfinished(context.serial, context.app):
        return
    shown = {plain(name): bare_name(name) for name in AccountSwitcher(driver()).accounts()}
    for rename in context.ledger.renames.unfinished(context.serial, context.app):
        got = [name for name in rename.candidates if plain(name) in shown]
        changed = plain(rename.before) not in shown and len(got) == 1
        context.ledger.renames.end(rename, shown[plain(got[0])] if changed else None, context.clock.now())


def begin_rename(candidates: Sequence[str]) -> Rename:
    """Write down that the account may get one of these names, or return what an earlier try has come to."""
    context = current()
    if context.account is None:
        message = "nobody knows whose username that would be"
        raise Permanent(message)
    earlier = context.ledger.renames.of_task(context.task_id)
    if earlier is not None and (earlier.after is not None or not earlier.ended):
        return earlier
    rename = Rename(context.task_id, context.app, context.serial, context.account, tuple(candidates))
    context.ledger.renames.begin(rename)
    return rename


def end_rename(rename: Rename, after: str | None) -> None:
    """Let the ledger, and the rest of this run, know the account by the name that it bears now."""
    context = current()
    context.ledger.renames.end(rename, after, context.clock.now())
    context.account = after or rename.before
