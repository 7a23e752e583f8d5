"""Which account acts: switching the app to it before anything else."""

from __future__ import annotations

from phonefleet.apps.pages.account_switcher import AccountSwitcher
from tasks.readiness import driver
from tasks.retries import device_task


@device_task(run_name="switch to @{username}")
def switch_account(username: str) -> None:
    """Make `username` the active account of the app, and see that it is."""
    AccountSwitcher(driver()).switch_to(username)
