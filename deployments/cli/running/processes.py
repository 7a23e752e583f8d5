"""`phonefleet api` and `phonefleet worker`: run one of the two processes of `up` alone, for other process managers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group
from deployments.loading import loading


def api(host: o.HostOption = None, api_port: o.ApiPortOption = None) -> None:
    """Serve the task API alone; the database and Prefect are named by PHONEFLEET_* variables."""
    with loading():
        from api.app import create_app  # noqa: PLC0415 - heavy
        from api.edge.serving import serve  # noqa: PLC0415 - heavy
        from deployments.launcher.private_files import restrict_umask  # noqa: PLC0415 - heavy
        from deployments.own_scripts.opening import own_scripts  # noqa: PLC0415 - heavy
        from phonefleet.errors import Permanent  # noqa: PLC0415 - heavy

    restrict_umask()
    settings = o.load_settings()
    changes = {"host": host, "api_port": api_port}
    settings = settings.model_copy(update={name: value for name, value in changes.items() if value is not None})
    o.log_to_stderr(settings.log_level, settings.secrets)
    with own_scripts(settings.home) as own:
        try:
            app = create_app(settings, own_scripts=own)
        except ValueError as error:
            raise Permanent(str(error)) from error
        serve(app, settings)


def worker(
    *,
    register: Annotated[
        bool,
        typer.Option("--register", help="Wait for Prefect, and first make pools and deployments there, as `up` does."),
    ] = False,
    after: Annotated[
        Path | None,
        typer.Option("--after", metavar="FILE", help="Look for phones once this file exists, which `up` then makes."),
    ] = None,
) -> None:
    """Run the worker of this computer's phones alone; settings come from PHONEFLEET_* variables."""
    with loading():
        from deployments.launcher.private_files import restrict_umask  # noqa: PLC0415 - heavy
        from deployments.worker.main import run  # noqa: PLC0415 - heavy

    restrict_umask()
    settings = o.load_settings()
    o.log_to_stderr(settings.log_level, settings.secrets)
    run(settings, registers=register, after=after)


_EXAMPLE = "Example: PHONEFLEET_DATABASE_URL=… PHONEFLEET_PREFECT_API_URL=… phonefleet"

app = group()
add_command(app, "api", api, epilog=f"{_EXAMPLE} api")
add_command(app, "worker", worker, epilog=f"{_EXAMPLE} worker")
