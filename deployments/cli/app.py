"""The command `phonefleet` and its parts."""

from __future__ import annotations

from typing import Annotated

import typer

from deployments.cli import demo, processes, up, virtual

app = typer.Typer(
    name="phonefleet",
    help="A self-hosted task API for fleets of Android phones, run by Prefect.",
    epilog="""Examples:

[bold]phonefleet demo[/bold]   see it at work on virtual phones, then leave nothing behind

[bold]phonefleet up --virtual 3[/bold]   run everything, on three virtual phones

[bold]phonefleet up[/bold]   run everything, on the phones that adb lists

[bold]phonefleet task create follow -d device_serial_1 -t @example_user[/bold]   give a phone something to do

[bold]phonefleet doctor[/bold]   find out why it does not work""",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer's callback signature
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - only needed here

        typer.echo(f"phonefleet {version('phonefleet')}")
        raise typer.Exit


@app.callback()
def phonefleet(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Serve as the root of all commands."""


for command in (up.up, demo.demo, virtual.virtual, processes.api, processes.worker):
    app.command()(command)
