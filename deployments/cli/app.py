"""The root command `phonefleet`: names all commands, and imports the one that is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import typer

from deployments.cli.shared.groups import PLAIN
from deployments.cli.shared.lazy import Later, LazyGroup
from deployments.cli.shared.misuse import told_in_language

COMMANDS = (
    Later(
        "up", ".running.up",
        "Run everything: database, Prefect server, API and worker, and virtual phones if you like.",
    ),
    Later(
        "demo", ".running.demo",
        "Start everything on virtual phones, send them tasks over HTTP, and show what came of it.",
    ),
    Later("task", ".tasks.commands", "Give phones something to do, and see what came of it.", is_group=True),
    Later(
        "plan", ".plans.commands",
        "Tell what the same `task create` would do, without doing it: when each phone ends, and what stands "
        "against it.",
    ),
    Later(
        "devices", ".fleet.device_actions", is_group=True,  # which adds to those of .fleet.hands_on and .fleet.devices
        summary="The phones: what they are called, how they are, and what they show.",
    ),
    Later(
        "accounts", ".fleet.accounts", is_group=True,
        summary="The accounts: on which phone each is signed in, and whether it may act.",
    ),
    Later(
        "script", ".tasks.scripts", is_group=True,
        summary="Your own scripts: files in the folder `scripts` of the data folder, taken up while everything runs.",
    ),
    Later("campaign", ".campaigns.commands", "Let phones do something again and again.", is_group=True),
    Later(
        "limits", ".limits.commands", is_group=True,
        summary="What protects the accounts: budgets a day, working hours, pauses.",
    ),
    Later(
        "person", ".persons.commands", is_group=True,
        summary="The persons who may use the server: each has a token of their own, and a role.",
    ),
    Later(
        "host", ".hosts.commands", is_group=True,
        summary="The computers whose phones belong to this fleet: each joins with a token of its own.",
    ),
    Later(
        "join", ".hosts.joining",
        "Join the fleet of a main host: its tasks run on this computer's phones, until Ctrl-C.",
    ),
    Later("media", ".media.commands", "The media library: pictures and videos, by tags.", is_group=True),
    Later(
        "apks", ".media.apks", "The library of APKs: the apps that `devices do install` gives to phones.",
        is_group=True,
    ),
    Later(
        "do-not-contact", ".limits.do_not_contact", is_group=True,
        summary="The people whom no account follows, writes to, likes or comments on.",
    ),
    Later(
        "top", ".top.commands",
        "Watch the fleet: phones, what each does, queues, tasks a minute, failures, held accounts; q or "
        "Ctrl-C ends it.",
    ),
    Later("license", ".running.server", "Tell what this installation allows."),
    Later(
        "health", ".running.server",
        "Tell whether the API answers, its database and Prefect too (exit with 3 if not), and whether a worker runs.",
    ),
    Later("events", ".running.server", "Follow what happens to tasks and phones until Ctrl-C, a line for each change."),
    Later("audit", ".running.server", "List the calls that could change something, newest first, refused ones too."),
    Later("metrics", ".running.server", "Print the figures for Prometheus."),
    Later(
        "report", ".running.server",
        "Tell what was done, what failed and why, which accounts are held and which phones are ill.",
    ),
    Later(
        "doctor", ".doctor.commands",
        "Look at everything that phonefleet needs, and say what to do about what is missing.",
    ),
    Later(
        "mcp", ".running.agents",
        "Let agents that speak the Model Context Protocol see the fleet: phones, tasks, screens, plans.",
    ),
    Later(
        "virtual", ".running.virtual",
        "Run virtual phones that any adb can connect to, and print the serials to connect. Ctrl-C ends them.",
    ),
    Later(
        "database", ".running.database",
        "Run one of PostgreSQL's programs on the embedded database, which is started for it if it does not run.",
    ),
    Later("prefect", ".running.prefect", "Run Prefect's own command line on the server that `phonefleet up` started."),
    Later(
        "chaos", ".chaos.commands", is_group=True,
        summary="Break a fleet of virtual phones on purpose, by a plan of faults, and see what comes of its tasks.",
    ),
    Later("profile", ".profiles.commands", "App profiles: what the project knows of an app's screens.", is_group=True),
    Later(
        "record", ".recording.commands",
        "Record the screens of an app while you use a phone, as a folder that can be replayed.",
    ),
    Later(
        "api", ".running.processes",
        "Serve the task API alone; the database and Prefect are named by PHONEFLEET_* variables.",
    ),
    Later(
        "worker", ".running.processes",
        "Run the worker of this computer's phones alone; settings come from PHONEFLEET_* variables.",
    ),
)  # fmt: skip
"""Every command of the root in the order of the help. `summary` is the beginning of the command's own help."""

_EXAMPLES = """Examples:

\b
phonefleet demo                see it at work on virtual phones, then leave nothing behind
phonefleet up --virtual 3      run everything, on three virtual phones
phonefleet up                  run everything, on the phones that adb lists
phonefleet task create follow -d device_serial_1 -t @example_user
                               give a phone something to do
phonefleet doctor              find out why it does not work"""


class Root(LazyGroup):
    """The commands behind `phonefleet`."""

    later: ClassVar[Sequence[Later]] = COMMANDS

    def make_context(self, *args: Any, **settings: Any) -> Any:
        """Read the options of the root."""
        with told_in_language():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: Any) -> Any:
        """Read the options of the command that is called, and call it."""
        with told_in_language():
            return super().invoke(ctx)


app = typer.Typer(
    name="phonefleet",
    cls=Root,
    help="A self-hosted task API for fleets of Android phones, run by Prefect.",
    epilog=_EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=PLAIN,
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
