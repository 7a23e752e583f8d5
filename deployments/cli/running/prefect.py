"""`phonefleet prefect`: Prefect's own command line, on the server of this home, with its password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = """Examples:

phonefleet prefect deployment ls

phonefleet prefect deployment run follow/follow -p serial=device_serial_1 -p 'config={"target_users": ["somebody"]}'

phonefleet prefect --no-prompt deploy "$PWD/visit.py:visit" --name visit --pool phones

phonefleet prefect flow-run ls"""
PASS_THROUGH = {"ignore_unknown_options": True, "allow_interspersed_args": False}
"""Everything after the first word is passed to Prefect, also `--help`."""


def prefect(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ARGUMENT]...", help="As `prefect` takes them; `phonefleet prefect -- --help` shows all."
        ),
    ] = None,
    home: o.HomeOption = None,
) -> None:
    """Run Prefect's own command line on the server that `phonefleet up` started.

    The address and the password come from the data folder. --home comes before what Prefect is to do. The same for any
    other program: `phonefleet prefect --env` prints what to put into its environment, password included.
    """
    raise typer.Exit(_run(home, arguments or []))


def _run(home: Path | None, arguments: list[str]) -> int:
    from deployments.launcher.prefect_client import run_prefect  # noqa: PLC0415 - heavy

    settings = o.load_settings()
    return run_prefect(settings, home or settings.home, arguments)


app = group()
add_command(app, "prefect", prefect, epilog=EXAMPLES, context_settings=PASS_THROUGH)
