"""Reads the numbers of an account's own profile into its day. It only looks: nothing of it counts to a budget."""

from __future__ import annotations

from phonefleet.apps.pages.edit_profile import OwnProfile
from phonefleet.errors import Permanent
from phonefleet.ledger.fleet.account_days import AccountDay
from phonefleet.limits.days import day_of
from phonefleet.words import say
from tasks.context import current
from tasks.limits import zone
from tasks.readiness import driver
from tasks.retries import device_task


@device_task(run_name="read the own profile")
def read_own_numbers() -> None:
    """Read the numbers on the profile of the account that acts, and store them as those of today.

    Raises:
        ElementMissing: the profile does not show how many people follow it.

    """
    context = current()
    if context.account is None:
        message = say("tasks.whose_profile_unknown", "nobody knows whose profile that would be")
        raise Permanent(message)
    profile = OwnProfile(driver(), [context.account])
    profile.open()
    numbers = profile.numbers()
    context.confirm()  # before they are stored as the account's: that this really is the run's phone
    now = context.clock.now()
    day = day_of(now, context.ledger.limits.current().zone(zone(context))).date
    context.ledger.accounts.add(context.serial, context.app, context.account)
    context.ledger.account_days.keep(
        context.account, context.app, AccountDay(day, dict(numbers.items()), now, context.task_id)
    )
    context.report.outcomes = [
        {"target": name, "outcome": "done", "detail": number.text} for name, number in numbers.items()
    ]
