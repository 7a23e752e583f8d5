"""`phonefleet demo`: see everything at work on virtual phones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group


def demo(  # noqa: PLR0913, PLR0917 - a command line has as many options as it has
    phones: Annotated[
        int, typer.Option("--phones", "--virtual", min=1, max=1000, metavar="N", help="Number of virtual phones.")
    ] = 3,
    seed: o.SeedOption = None,
    fault_rate: o.FaultRateOption = 0.0,
    keep: Annotated[bool, typer.Option("--keep", help="Stay up until Ctrl-C.")] = False,  # noqa: FBT002 - Typer's form
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
    home: Annotated[
        Path | None, typer.Option("--home", metavar="DIR", help="Folder of all data. [default: a temporary one]")
    ] = None,
    host: o.HostOption = None,
    api_port: o.ApiPortOption = None,
    prefect_port: o.PrefectPortOption = 0,
    adb_port: o.AdbPortOption = None,
    world_port: o.WorldPortOption = 0,
    database_url: o.DatabaseOption = None,
    log_level: o.LogLevelOption = None,
) -> None:
    """Start everything on virtual phones, send them tasks over HTTP, and show what came of it.

    Exits with 0 when all is as expected, and leaves no process and no data behind.
    """
    from deployments.cli.running.demonstration import demonstrate  # noqa: PLC0415 - heavy

    ok = demonstrate(
        home=home, host=host, api_port=api_port, prefect_port=prefect_port, adb_port=adb_port, world_port=world_port,
        virtual=phones, database_url=database_url, seed=seed, fault_rate=fault_rate, log_level=log_level,
        keep=keep, as_json=as_json,
    )  # fmt: skip
    if not ok:
        raise typer.Exit(1)


app = group()
_EXAMPLES = """Examples:

phonefleet demo --phones 5 --keep   and look around in the Prefect UI

phonefleet demo --fault-rate 0.02 --seed 7   with phones that fail now and then

phonefleet demo --json | jq .ok   for programs"""
add_command(app, "demo", demo, epilog=_EXAMPLES)
