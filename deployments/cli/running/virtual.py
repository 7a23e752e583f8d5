"""`phonefleet virtual`: runs virtual phones, for tests of any ADB code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group
from phonefleet.words import tr

if TYPE_CHECKING:
    from virtual_phones.fleet import FleetAddresses


def virtual(  # noqa: PLR0913, PLR0917 - a command line has as many options as it has
    count: Annotated[
        int | None,
        typer.Option(
            "--count",
            "-n",
            min=1,
            max=1000,
            metavar="N",
            help="Number of phones. [default: 3, or one for each --screens]",
        ),
    ] = None,
    base_port: Annotated[
        int,
        typer.Option(
            "--base-port", min=0, max=65535, metavar="PORT", help="Port of the first phone; 0 picks free ones."
        ),
    ] = 21001,
    world_port: o.WorldPortOption = 0,
    seed: o.SeedOption = None,
    fault_rate: o.FaultRateOption = 0.0,
    app_version: o.AppVersionOption = o.APP_VERSIONS,
    language: Annotated[
        str, typer.Option("--language", metavar="TAGS", help="Languages of the phones in turn, such as ru-RU,fr-FR.")
    ] = "",
    latency: Annotated[
        float, typer.Option("--latency", min=0, metavar="SECONDS", help="Mean extra seconds of each call.")
    ] = 0.0,
    names_of: Annotated[
        int | None,
        typer.Option(
            "--names-of",
            min=1,
            max=65535,
            metavar="PORT",
            help="Port of an adb server: another one then shows its phones under the names that USB and mDNS give.",
        ),
    ] = None,
    journal: Annotated[
        Path | None, typer.Option("--journal", metavar="FILE", help="Keep the world in a file, across restarts.")
    ] = None,
    screens: Annotated[
        list[Path] | None,
        typer.Option(
            "--screens",
            metavar="DIR",
            help="Replay saved screens: DIR/manifest.yaml names the app, its screens, and which touch leads where. "
            "Again for another phone.",
        ),
    ] = None,
    plain: Annotated[  # noqa: FBT002 - typer reads the flag from here
        bool, typer.Option("--plain", help="Leave out in what phones differ: second displays and users, no battery.")
    ] = False,
) -> None:
    """Run virtual phones that any adb can connect to, and print the serials to connect. Ctrl-C ends them.

    GET <world>/world tells what their apps have done, GET <world>/phones/SERIAL/screenshot.png shows a screen.

    With --screens a phone shows saved screens as an app, and GET <world>/touches lists all that was touched, with the
    element that was hit. DIR/manifest.yaml:

    \b
    app: {package: com.example.app, version: 1.2.3, activity: .MainActivity}
    language: en-US
    start: feed
    screens:
      feed: {hierarchy: feed.xml, picture: feed.png}
      search: {hierarchy: search.xml}
    steps:
      - {on: feed, tap: {id: search_button}, goto: search}
      - {on: "*", key: back, goto: feed}

    A step has one of tap (id, text, desc, bounds), key, swipe (up, down), link, text and share; what has no step
    leaves the screen as it is. A mistake is told with its line, and nothing starts.
    """  # noqa: D301 - \b keeps typer from wrapping what follows, and must not be raw
    from datetime import timedelta  # noqa: PLC0415 - only needed here

    from virtual_phones.fleet import FleetOptions  # noqa: PLC0415 - heavy
    from virtual_phones.server import run_fleet  # noqa: PLC0415 - heavy

    wanted = FleetOptions(
        count=count, base_port=base_port, world_port=world_port, seed=seed or 0, fault_rate=fault_rate,
        app_versions=o.app_versions(app_version), languages=tuple(filter(None, language.split(","))),
        journal=journal, latency=timedelta(seconds=latency),
        plain=plain,
        names_of=names_of, screens=screens or (),
    )  # fmt: skip
    run_fleet(wanted, _announce)


def _announce(addresses: FleetAddresses) -> None:
    for serial in addresses.serials:
        typer.echo(f"adb connect {serial}")
    typer.echo(tr("world {world_url}/world", world_url=addresses.world_url))
    if addresses.names_port is not None:
        typer.echo(f"adb -P {addresses.names_port} devices")


app = group()
_EXAMPLES = """Examples:

phonefleet virtual --count 5   then: adb connect 127.0.0.1:21001

phonefleet virtual --count 200 --base-port 31001 --fault-rate 0.01 --seed 7

phonefleet virtual --screens saved/ --base-port 0   a phone that shows the screens of saved/manifest.yaml"""
add_command(app, "virtual", virtual, epilog=_EXAMPLES)
