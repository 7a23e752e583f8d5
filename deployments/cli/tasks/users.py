"""`phonefleet task users`: lists or exports the people whom a task has collected."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.groups import group
from deployments.cli.tasks.options import IdArgument
from phonefleet.errors import Permanent
from phonefleet.words import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phonefleet.client.answers import ScrapedUser

app = group()
"""A part of `phonefleet task`: see commands.py."""


@command(app, "users", "phonefleet task users 101", "phonefleet task users 101 --whole-request --csv users.csv")
def users(
    call: Call,
    *,
    number: IdArgument,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write everybody to a CSV file.")] = None,
    whole_request: Annotated[
        bool, typer.Option("--whole-request", help="Whom all tasks of the same request have collected.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most, without --csv.")] = 1000,
) -> None:
    """List the people whom a task of the script scrape_user has collected."""
    if csv is None:
        found = list(islice(call.client.iter_scraped_users(number, whole_request=whole_request), limit))
        call.show(found, lambda: _print(found))
        return
    table = call.client.csv_of_scraped_users(number, whole_request=whole_request)
    try:
        csv.write_text(table, encoding="utf-8", newline="")
    except OSError as error:
        message = tr("{csv} cannot be written: {strerror}", csv=csv, strerror=error.strerror)
        raise Permanent(message) from error
    call.tell({"file": str(csv)}, tr("Wrote {csv}", csv=csv))


def _print(found: Sequence[ScrapedUser]) -> None:
    from deployments.cli.shared.console import out  # noqa: PLC0415 - heavy
    from deployments.cli.shared.tables import Column, print_table, when  # noqa: PLC0415 - heavy

    columns = (
        Column("username"), Column("found in", rank=1, folds=True), Column("place", rank=2, right=True),
        Column("task", rank=4, right=True), Column("seen", rank=3),
    )  # fmt: skip
    rows = ((u["username"], u["source"], u["position"], u["task_id"], when(u["seen_at"])) for u in found)
    print_table(out(), "People", columns, rows, empty="Nobody")
