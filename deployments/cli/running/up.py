"""`phonefleet up`: run everything until Ctrl-C."""

from __future__ import annotations

from typing import Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group
from deployments.loading import loading
from phonefleet.words import tr


def up(  # noqa: PLR0913, PLR0917 - a command line has as many options as it has
    virtual: Annotated[
        int,
        typer.Option(
            "--virtual", min=0, max=1000, metavar="N", help="Number of virtual phones; 0 uses the phones of adb."
        ),
    ] = 0,
    home: o.HomeOption = None,
    host: o.HostOption = None,
    api_port: o.ApiPortOption = None,
    prefect_port: o.PrefectPortOption = 4200,
    prefect_host: o.PrefectHostOption = None,
    adb_port: o.AdbPortOption = None,
    world_port: o.WorldPortOption = 0,
    database_url: o.DatabaseOption = None,
    seed: o.SeedOption = None,
    fault_rate: o.FaultRateOption = 0.0,
    app_version: o.AppVersionOption = o.APP_VERSIONS,
    log_level: o.LogLevelOption = None,
    *,
    tls: o.TlsOption = False,
    tls_name: o.TlsNameOption = None,
    tls_cert: o.TlsCertOption = None,
    tls_key: o.TlsKeyOption = None,
) -> None:
    """Run everything: database, Prefect server, API and worker, and virtual phones if you like.

    What dies is started again. Ctrl-C stops all of it. When all is ready, DIR/endpoints.json says where it is.
    """
    with loading():
        from deployments.cli.running.launching import launch_options  # noqa: PLC0415 - heavy
        from deployments.cli.shared.console import line_printer, out  # noqa: PLC0415 - heavy
        from deployments.cli.shared.signals import stop_signals  # noqa: PLC0415 - heavy
        from deployments.launcher import Launcher  # noqa: PLC0415 - heavy

    tell = line_printer(out())
    wanted = launch_options({
        "home": home, "host": host, "api_port": api_port, "prefect_port": prefect_port,
        "prefect_host": prefect_host, "adb_port": adb_port,
        "world_port": world_port, "virtual": virtual, "database_url": database_url, "seed": seed,
        "fault_rate": fault_rate, "app_version": app_version, "log_level": log_level,
        "tls": tls, "tls_name": tls_name, "tls_cert": tls_cert, "tls_key": tls_key,
    })  # fmt: skip
    with stop_signals() as (stop, hurry):
        with Launcher(wanted, stop, hurry, tell) as launcher:
            from deployments.cli.running.where import tell_where  # noqa: PLC0415 - heavy, and only needed now

            tell(tr("Ready. Stop with Ctrl-C."))
            tell_where(launcher, tell)
            launcher.keep_running()
            tell(tr("Stopping"))
        tell(tr("Stopped"))


app = group()
_EXAMPLES = """Examples:

phonefleet up --virtual 3   on three virtual phones

phonefleet up   on the phones that `adb devices` lists

phonefleet up --home ~/fleet --api-port 8080 --prefect-port 0

PHONEFLEET_API_TOKEN=… phonefleet up --host 0.0.0.0 --tls   for others in the network, with a token and encrypted"""
add_command(app, "up", up, epilog=_EXAMPLES)
