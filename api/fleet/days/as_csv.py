"""Writes days of accounts as CSV: a row for each day, with value, step and text of each number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from api.answers.csv_table import write_table
from phonefleet.apps.pages.profile_numbers import COUNTED
from phonefleet.ledger import Account
from phonefleet.ledger.fleet.account_days import AccountDay

COLUMNS = (
    "username",
    "platform",
    "day",
    *(column for name in COUNTED for column in (name, f"{name}_step", f"{name}_text")),
    "read_at",
    "task_id",
)


def days_table(account: Account, days: Iterable[AccountDay]) -> str:
    """Return an account's days as CSV, the heading first; what was not shown is an empty cell."""
    return write_table(COLUMNS, ([account.username, account.app, *_cells(day)] for day in days))


def _cells(day: AccountDay) -> Iterator[str]:
    yield day.day.isoformat()
    for name in COUNTED:
        number = day.numbers.get(name)
        yield from ("", "", "") if number is None else (str(number.value), str(number.step), number.text)
    yield day.read_at.isoformat()
    yield "" if day.task_id is None else str(day.task_id)
