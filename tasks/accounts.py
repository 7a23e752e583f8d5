"""Selects the account that acts: checks that it may, and switches the app to it. Also reads the signed-in accounts."""

from __future__ import annotations

from datetime import datetime

from phonefleet.apps.pages.account_switcher import AccountSwitcher
from phonefleet.errors import AccountBarred
from phonefleet.pacing import zone_named
from phonefleet.text import bare_name
from phonefleet.words import say
from tasks.context import RunContext, current
from tasks.readiness import driver
from tasks.renames import note_renames, settle_renames
from tasks.retries import device_task


def act_as(username: str | None) -> None:
    """Make `username` the active account of the app, or keep the active one if None; set `current().account`.

    Raises:
        AccountBarred: the account is held or disabled, perhaps only since the task was created.

    """
    context = current()
    settle_renames()
    if username is None:
        context.account = check_active_account()
    else:
        username = context.ledger.renames.current_username(username, context.app)
        _refuse_if_barred(context, username)
        switch_account(username)
        context.account = username


@device_task(run_name="switch to @{username}")
def switch_account(username: str) -> None:
    """Make `username` the active account of the app, and verify it."""
    AccountSwitcher(driver()).switch_to(username)


@device_task(run_name="check the active account")
def check_active_account() -> str:
    """Return the active account of the app.

    Raises:
        AccountBarred: it is held or disabled.

    """
    active = bare_name(AccountSwitcher(driver()).active())
    _refuse_if_barred(current(), active)
    return active


@device_task(run_name="match accounts")
def match_signed_in() -> None:
    """Read the signed-in accounts from the app's account switcher, and bind them to the phone in the ledger."""
    context = current()
    note_renames()
    shown = [bare_name(name) for name in AccountSwitcher(driver()).accounts()]
    context.confirm()  # before accounts are bound to it: that this really is the run's phone
    gone = context.ledger.accounts.sync(context.serial, context.app, shown)
    outcomes = {**dict.fromkeys(gone, "signed out"), **dict.fromkeys(shown, "signed in")}
    context.report.outcomes = [{"target": name, "outcome": outcome} for name, outcome in outcomes.items()]


def _since(context: RunContext, at: datetime) -> str:
    return f"{at.astimezone(zone_named(context.settings.timezone)):%Y-%m-%d %H:%M}"


def _refuse_if_barred(context: RunContext, username: str) -> None:
    account = context.ledger.accounts.get(username, context.app)
    if account is None or (account.enabled and account.held_since is None):
        return
    phone, username = context.serial, account.username
    if account.held_since is None:
        message = say(
            "runs.account_disabled",
            "@{account} is disabled and does not act on {phone}{reason}. To go on, enable the account.",
            account=username, phone=phone, reason=_reason(account.hold_reason),
        )  # fmt: skip
    else:
        message = say(
            "runs.account_held",
            "@{account} is held since {since} and does not act on {phone}{reason}. To go on, release the account.",
            account=username, since=_since(context, account.held_since), phone=phone,
            reason=_reason(account.hold_reason),
        )  # fmt: skip
    raise AccountBarred(message)


def _reason(reason: str | None) -> str:
    return say("runs.because", ": {reason}", reason=reason) if reason else ""
