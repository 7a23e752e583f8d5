"""`phonefleet profile …`: app profiles against real screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli import options as o

if TYPE_CHECKING:
    from rich.text import Text

    from phonefleet.apps.check import Resolution

app = typer.Typer(help="App profiles: what the project knows of an app's screens.", no_args_is_help=True)


@app.callback()
def profiles() -> None:
    """App profiles: what the project knows of an app's screens."""


@app.command(epilog="Example: phonefleet profile check -d 127.0.0.1:21001 --app sample --adb-port 15037")
def check(
    device: Annotated[str, typer.Option("--device", "-d", metavar="SERIAL", help="The phone, as adb names it.")],
    name: Annotated[str | None, typer.Option("--app", help="The profile; the configured one if left out.")] = None,
    username: Annotated[
        str | None, typer.Option("--username", help="Whose profile to look at; best somebody not followed yet.")
    ] = None,
    adb_port: o.AdbPortOption = None,
    home: o.HomeOption = None,
) -> None:
    """Walk an app's main screens on a phone and tell which selectors find something there.

    It only looks: nothing is followed, liked or sent. Exits with 1 if a selector that should match does not.
    """
    from deployments.cli.checking import check_profile  # noqa: PLC0415 - heavy

    found = check_profile(device, name, username, adb_port, home)
    _show(found)
    if any(not resolution.resolved and resolution.expected for resolution in found):
        raise typer.Exit(1)


def _show(found: list[Resolution]) -> None:
    from deployments.cli.console import out  # noqa: PLC0415 - heavy
    from deployments.cli.tables import Column, print_table  # noqa: PLC0415 - heavy

    columns = (
        Column("selector"), Column("found on", rank=2, folds=True), Column("alternative", rank=1, folds=True),
        Column("", folds=True),
    )  # fmt: skip
    rows = ((r.selector, r.screen, r.alternative, _remark(r)) for r in found)
    print_table(out(), "Selectors", columns, rows)


def _remark(resolution: Resolution) -> Text:
    from rich.text import Text  # noqa: PLC0415 - heavy

    if resolution.resolved:
        return Text("found", style="green")
    return Text("missing", style="red") if resolution.expected else Text("shows only after an action", style="dim")
