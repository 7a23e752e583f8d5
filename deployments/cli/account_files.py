"""`phonefleet accounts import|export`: accounts as CSV files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli import options as o
from deployments.cli.accounts import DeviceOption, app
from deployments.cli.calling import Call, command
from deployments.cli.printing import echo

if TYPE_CHECKING:
    from phonefleet.client.answers import Imported

STANDARD = Path("-")


@command(
    app, "export", "phonefleet accounts export accounts.csv", "phonefleet accounts export --tag spring > spring.csv"
)
def export(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="What to write; the terminal if none.")] = STANDARD,
    device: DeviceOption = None,
    group: Annotated[str | None, typer.Option("--group", help="Group of its phone.")] = None,
    profile: Annotated[str | None, typer.Option("--app", help="App profile.")] = None,
    tag: Annotated[str | None, typer.Option("--tag")] = None,
) -> None:
    """Write accounts as CSV, to be changed in a spreadsheet and imported again."""
    table = call.client.export_accounts(serial=device, group=group, platform=profile, tag=tag)
    if file != STANDARD:
        file.write_text(table, encoding="utf-8", newline="")
        call.tell({"file": str(file)}, f"Wrote {file}")
    else:
        call.tell({"csv": table}, table.rstrip())


@command(app, "import", "phonefleet accounts import accounts.csv --partial")
def import_(
    call: Call,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file; - reads what is piped in.")],
    partial: Annotated[bool, typer.Option("--partial", help="Take the right rows, though others are wrong.")] = False,
) -> None:
    """Enter accounts from CSV, or change those that exist: all rows or, unless --partial, none.

    The columns username and serial (or alias) are required; platform, enabled and tags (separated by ;) are not.
    """
    from deployments.cli.console import complain  # noqa: PLC0415 - heavy
    from phonefleet.client import ApiError  # noqa: PLC0415 - heavy

    try:
        done = call.client.import_accounts(_text(file), partial=partial)
    except ApiError as error:
        if not error.details:
            raise
        _list(error.details)
        complain(error.message)
        raise typer.Exit(o.exit_code(error)) from error
    _list([f"line {wrong['line']}: {wrong['field']} {wrong['reason']}" for wrong in done["errors"]])
    call.tell(done, _summary(done))
    if done["errors"]:
        raise typer.Exit(1)


def _text(file: Path) -> str:
    from phonefleet.errors import Permanent  # noqa: PLC0415 - heavy

    try:
        return sys.stdin.read() if file == STANDARD else file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {error}"
        raise Permanent(message) from error


def _list(lines: list[str]) -> None:
    for line in lines:
        echo(line, err=True)


def _summary(done: Imported) -> str:
    left_out = f", {len(done['errors'])} rows left out" if done["errors"] else ""
    return f"{done['created_count']} entered, {done['updated_count']} changed{left_out}"
