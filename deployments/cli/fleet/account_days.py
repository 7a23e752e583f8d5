"""`phonefleet accounts days` and `read`: what the own profile of an account showed day by day, and a look at it now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.fleet.named_accounts import AccountArgument, number_of
from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.groups import group
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client.answers import AccountDay, AccountDays

app = group()
"""A part of `phonefleet accounts`: see accounts.py."""

COUNTED = ("followers", "following", "posts", "likes")
_DATE = ["%Y-%m-%d"]


@command(
    app,
    "days",
    "phonefleet accounts days @shop_001",
    "phonefleet accounts days @shop_001 --since 2026-01-01 --csv > shop_001.csv",
)
def days(
    call: Call,
    *,
    account: AccountArgument,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=_DATE, help="The first day; a year back if left out.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=_DATE, help="The last day; today if left out.")
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV, with the step and the text of each number.")] = False,
) -> None:
    """Show how many people followed an account day by day, and what else its own profile showed.

    `~` stands before numbers that the app has rounded.
    """
    number = number_of(call.client, account)
    first, last = since and since.date(), until and until.date()
    if csv:
        table = call.client.csv_of_account_days(number, since=first, until=last)
        call.tell({"csv": table}, table.rstrip())
        return
    found = call.client.account_days(number, since=first, until=last)
    call.show(found, lambda: _print(found))


@command(app, "read", "phonefleet accounts read @shop_001")
def read(
    call: Call,
    *,
    account: AccountArgument,
    key: Annotated[
        str | None, typer.Option("--idempotency-key", help="With the same key, a second call creates nothing more.")
    ] = None,
) -> None:
    """Create a task that reads the numbers of an account's own profile; it only looks."""
    created = call.client.read_account(number_of(call.client, account), idempotency_key=key)
    ids = ", ".join(map(str, created["task_ids"]))
    call.tell(created, tr("Created task {ids}: phonefleet task watch {ids}", ids=ids))


def _print(found: AccountDays) -> None:
    from deployments.cli.shared.console import out  # noqa: PLC0415 - heavy
    from deployments.cli.shared.tables import Column, print_table, when  # noqa: PLC0415 - heavy

    columns = (
        Column("day"), *(Column(name, rank=rank, right=True) for rank, name in enumerate(COUNTED)),
        Column("read", rank=4), Column("task", rank=5, right=True),
    )  # fmt: skip
    rows = (
        (day["day"], *(_written(day, name) for name in COUNTED), when(day["read_at"]), day["task_id"])
        for day in found["days"]
    )
    print_table(
        out(),
        tr("Days of @{username}", username=found["username"]),
        columns,
        rows,
        empty=tr("Its profile was not read in this time."),
    )


def _written(day: AccountDay, name: str) -> str:
    """Return a number as a person reads it: "12,345", or "~12,300" where the app has rounded it."""
    number = day["numbers"].get(name)
    if number is None:
        return ""
    return f"{'' if number['step'] == 1 else '~'}{number['value']:,}"
