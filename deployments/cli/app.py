"""The root command `phonefleet`: registers all subcommands."""

from __future__ import annotations

from typing import Annotated

import typer

from deployments.cli.campaigns import commands as campaigns
from deployments.cli.fleet import accounts, devices, hands_on
from deployments.cli.limits import commands as limits
from deployments.cli.limits import do_not_contact
from deployments.cli.media import commands as media
from deployments.cli.plans import commands as plan
from deployments.cli.profiles import commands as profiles
from deployments.cli.recording import commands as recording
from deployments.cli.running import database, demo, doctor, prefect, processes, server, up, virtual
from deployments.cli.tasks import commands as tasks
from deployments.cli.tasks import users
from deployments.cli.top import commands as top

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


UP_EXAMPLES = """Examples:

phonefleet up --virtual 3   on three virtual phones

phonefleet up   on the phones that `adb devices` lists

phonefleet up --home ~/fleet --api-port 8080 --prefect-port 0

PHONEFLEET_API_TOKEN=… phonefleet up --host 0.0.0.0   for others in the network, with a token"""
DEMO_EXAMPLES = """Examples:

phonefleet demo --phones 5 --keep   and look around in the Prefect UI

phonefleet demo --fault-rate 0.02 --seed 7   with phones that fail now and then

phonefleet demo --json | jq .ok   for programs"""
VIRTUAL_EXAMPLES = """Examples:

phonefleet virtual --count 5   then: adb connect 127.0.0.1:21001

phonefleet virtual --count 200 --base-port 31001 --fault-rate 0.01 --seed 7

phonefleet virtual --screens saved/ --base-port 0   a phone that shows the screens of saved/manifest.yaml"""

API_EXAMPLE = "Example: PHONEFLEET_DATABASE_URL=… PHONEFLEET_PREFECT_API_URL=… phonefleet api"
WORKER_EXAMPLE = "Example: PHONEFLEET_DATABASE_URL=… PHONEFLEET_PREFECT_API_URL=… phonefleet worker"

app.command(epilog=UP_EXAMPLES)(up.up)
app.command(epilog=DEMO_EXAMPLES)(demo.demo)
tasks.app.add_typer(users.app)
app.add_typer(tasks.app, name="task")
plan.register(app)
assert hands_on.app is devices.app  # noqa: S101 - its commands register themselves there
app.add_typer(devices.app, name="devices")
app.add_typer(accounts.app, name="accounts")
app.add_typer(campaigns.app, name="campaign")
app.add_typer(limits.app, name="limits")
app.add_typer(media.app, name="media")
app.add_typer(do_not_contact.app, name="do-not-contact")
top.register(app)
server.register(app)
app.command(epilog="Example: phonefleet doctor")(doctor.doctor)
app.command(epilog=VIRTUAL_EXAMPLES)(virtual.virtual)
app.command(epilog=database.EXAMPLES, context_settings=database.PASS_THROUGH)(database.database)
app.command(epilog=prefect.EXAMPLES, context_settings=prefect.PASS_THROUGH)(prefect.prefect)
app.add_typer(profiles.app, name="profile")
app.command(epilog=recording.EXAMPLES)(recording.record)
app.command(epilog=API_EXAMPLE)(processes.api)
app.command(epilog=WORKER_EXAMPLE)(processes.worker)
