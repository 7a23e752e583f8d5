"""`phonefleet task failures`: what has failed, by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.groups import group
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client.answers import FailureKinds

app = group()
"""A part of `phonefleet task`: see commands.py."""

_NAMED = 5


@command(app, "failures", "phonefleet task failures", "phonefleet task failures --hours 24 --script follow")
def failures(
    call: Call,
    *,
    hours: Annotated[int, typer.Option("--hours", min=1, help="How many hours back.")] = 24 * 7,
    script: Annotated[str | None, typer.Option("--script", help="Only of this script.")] = None,
) -> None:
    """Tell what has failed and was not retried since: by reason, script and version of the app."""
    found = call.client.list_failures(hours=hours, script_name=script)
    call.show(found, lambda: _print(found))


def _print(found: FailureKinds) -> None:
    from deployments.cli.shared.console import out  # noqa: PLC0415 - heavy
    from deployments.cli.shared.tables import Column, print_table, when  # noqa: PLC0415 - heavy

    columns = (
        Column("tasks", right=True), Column("script"), Column("what went wrong", folds=True), Column("error", rank=2),
        Column("app", rank=3), Column("last", rank=1), Column("latest tasks", rank=4),
    )  # fmt: skip
    rows = (
        (
            kind["tasks"], kind["script_name"], kind["kind"], kind["error"],
            f"{kind['app']} {kind['app_version']}".strip(), when(kind["last_at"]),
            ", ".join(map(str, kind["task_ids"][:_NAMED])),
        )
        for kind in found["kinds"]
    )  # fmt: skip
    print_table(out(), "Failures", columns, rows, empty=tr("Nothing has failed in this time."))
