"""`phonefleet database`: PostgreSQL's own programs on the embedded database, for backups and for questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group
from phonefleet.errors import Permanent
from phonefleet.words import tr

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = """Examples:

phonefleet database pg_dump --format custom --file ledger.dump phonefleet

phonefleet database pg_restore --clean --if-exists --dbname phonefleet ledger.dump

phonefleet database psql phonefleet"""
PASS_THROUGH = {"ignore_unknown_options": True, "allow_interspersed_args": False}
"""Everything after the program's name is passed to the program."""


def database(
    program: Annotated[str, typer.Argument(metavar="PROGRAM", help="pg_dump, pg_restore, psql, …")],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARGUMENT]...", help="As the program takes them.")
    ] = None,
    home: o.HomeOption = None,
) -> None:
    """Run one of PostgreSQL's programs on the embedded database, which is started for it if it does not run.

    There are two databases: phonefleet, the ledger, and prefect. --home comes before the program's name.
    """
    raise typer.Exit(_run(home, program, arguments or []))


def _run(home: Path | None, program: str, arguments: list[str]) -> int:
    from deployments.launcher.database_programs import run_program  # noqa: PLC0415 - heavy

    settings = o.load_settings()
    if settings.database_url:
        message = tr("PHONEFLEET_DATABASE_URL names another server: use PostgreSQL's programs on that one.")
        raise Permanent(message)
    return run_program(home or settings.home, program, arguments)


app = group()
add_command(app, "database", database, epilog=EXAMPLES, context_settings=PASS_THROUGH)
