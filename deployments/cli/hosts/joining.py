"""`phonefleet join`: makes this computer's phones part of another computer's fleet."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group
from deployments.loading import loading
from phonefleet.words import tr

if TYPE_CHECKING:
    from deployments.worker.joined.kept import MainHostKept

TOKEN = "PHONEFLEET_HOST_TOKEN"  # noqa: S105 - the variable's name
EXAMPLES = """Examples:

phonefleet join http://10.0.0.1:50809 --token ph_host_…   the command that `phonefleet host add` prints

phonefleet join                                           again, after a restart: what was given is kept"""

UrlArgument = Annotated[
    str | None, typer.Argument(metavar="URL", help="Address of the main host's API. [default: the one joined before]")
]
TokenOption = Annotated[
    str | None,
    typer.Option(
        "--token", envvar=TOKEN, metavar="TOKEN", show_envvar=True,
        help="The token that `host add` printed; - reads it from stdin. [default: the one kept]",
    ),
]  # fmt: skip
CaOption = Annotated[
    Path | None,
    typer.Option("--ca", metavar="FILE", help="Certificates (PEM) that are believed, for a main host with its own."),
]


def join(
    url: UrlArgument = None,
    *,
    token: TokenOption = None,
    home: o.HomeOption = None,
    adb_port: Annotated[
        int | None, typer.Option("--adb-port", min=1, max=65535, metavar="PORT", help="Port of the adb server.")
    ] = None,
    ca: CaOption = None,
) -> None:
    """Join the fleet of a main host: its tasks run on this computer's phones, until Ctrl-C.

    The address and the token are kept in the data folder, readable by its owner only.
    """
    with loading():
        from deployments.cli.shared.signals import stop_signals  # noqa: PLC0415 - heavy
        from deployments.launcher.home import Home  # noqa: PLC0415 - heavy
        from deployments.launcher.private_files import restrict_umask  # noqa: PLC0415 - heavy
        from deployments.worker.joined import main as joined  # noqa: PLC0415 - heavy

    restrict_umask()
    settings = o.load_settings()
    os.environ.pop(TOKEN, None)  # so that no process of this one inherits it
    folder = Home((home or settings.home).absolute())
    with folder.locked():
        kept = _kept(folder.root, url, token, ca)
        o.log_to_stderr(settings.log_level, [*settings.secrets, kept.token])
        with stop_signals() as (stop, _):
            told = joined.joined(joined.main_host(kept), stop, patiently=url is None)
        own = {} if adb_port is None else {"adb_port": str(adb_port)}
        typer.echo(tr("Joined {url} as {name}", url=kept.url, name=told.name), err=True)
        joined.work(folder.root, kept, told, own)


def _kept(home: Path, url: str | None, token: str | None, ca: Path | None) -> MainHostKept:
    """Return the main host to join: what is given now, else what was given before."""
    from deployments.worker.joined.kept import MainHostKept, kept_in, new_installation  # noqa: PLC0415 - heavy
    from phonefleet.errors import Permanent  # noqa: PLC0415 - heavy

    before = kept_in(home)
    given = sys.stdin.readline() if token == "-" else token  # noqa: S105 - no password
    token = (given or "").strip() or (before.token if before else "")
    address = url or (before.url if before else "")
    if not token or not address:
        raise Permanent(
            tr("Give the address and the token of the main host: `phonefleet host add NAME` there prints both")
        )
    installation = before.installation if before else new_installation()
    believed = str(ca.absolute()) if ca else before.ca if before else None
    return MainHostKept(address, token, installation, believed)


app = group()
add_command(app, "join", join, epilog=EXAMPLES)
