"""`phonefleet record`."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.groups import add_command, group
from phonefleet.errors import Permanent
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.apps import AppProfile
    from phonefleet.recording.folder import Written

EXAMPLES = """Examples:

phonefleet record -d R58M123ABC --out screens/follow --app tiktok   then use the phone; Ctrl-C ends it

phonefleet record -d R58M123ABC --out screens/mine --package org.example.app --for 5m

phonefleet record -d 127.0.0.1:21001 --out screens/walk --app sample --walk

phonefleet virtual --screens screens/follow   shows what was recorded as a phone"""

_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smh])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


def duration(text: str) -> timedelta:
    """Return a duration such as `90s`, `10m` or `1h`."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not float(found[1]):
        message = tr("{text!r} is no duration: give a number and s, m or h, such as 90s or 10m", text=text)
        raise typer.BadParameter(message)
    return timedelta(**{_UNITS[found[2]]: float(found[1])})


def record(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    device: Annotated[
        str, typer.Option("--device", "-d", metavar="SERIAL", help="The phone: a name in adb, or any other of the API.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new or empty folder for the recording.")],
    name: Annotated[
        str | None, typer.Option("--app", help="Profile of the app; the configured one if left out.")
    ] = None,
    package: Annotated[
        str | None, typer.Option("--package", metavar="PACKAGE", help="An app without a profile, by its package.")
    ] = None,
    keep_names: Annotated[
        bool, typer.Option("--keep-names", help="Mask nothing: names, numbers and pictures of people stay.")
    ] = False,
    longest: Annotated[
        timedelta | None,
        typer.Option("--for", metavar="TIME", parser=duration, help="End after this time, such as 10m."),
    ] = None,
    idle: Annotated[
        timedelta | None,
        typer.Option("--until-idle", metavar="TIME", parser=duration, help="End when nothing was touched for so long."),
    ] = None,
    walk: Annotated[
        bool, typer.Option("--walk", help="Walk through the app as `profile check` does; nothing is acted on.")
    ] = False,
    username: Annotated[str | None, typer.Option("--username", help="Whose profile the walk looks at.")] = None,
    adb_port: o.AdbPortOption = None,
    home: o.HomeOption = None,
    as_json: o.JsonOption = False,
    api: o.ApiUrlOption = None,
    token: o.TokenOption = None,
) -> None:
    """Record the screens of an app while you use a phone, as a folder that can be replayed.

    Each new screen is kept once: its hierarchy, its picture, and the touch, swipe or key that led to it. Names, numbers
    and pictures of people are masked, the same one by the same one throughout; --keep-names leaves them. Captions,
    comments and messages stay, so read a recording before you give it to somebody. Ctrl-C ends it and writes DIR.

    `phonefleet virtual --screens DIR` then shows a phone with these screens, for trying profiles and scripts.
    """
    from deployments.cli.profiles.checking import locate  # noqa: PLC0415 - heavy
    from deployments.cli.recording import recording as work  # noqa: PLC0415 - heavy
    from deployments.cli.shared.api_access import api_client  # noqa: PLC0415 - heavy
    from deployments.cli.shared.console import err, line_printer  # noqa: PLC0415 - heavy
    from deployments.cli.shared.signals import stop_signals  # noqa: PLC0415 - heavy

    if walk and (package or longest or idle):
        message = tr("--walk ends by itself and needs the app's profile: leave out --package, --for and --until-idle.")
        raise Permanent(message)
    wanted = work.Wanted(out, _profile(name, package, home), keep_names, longest, idle, walk, username)
    phone = locate(device, adb_port, home, lambda: api_client(api, token, home))
    with stop_signals() as (stop, _):
        written = work.record(phone.server, phone.address, wanted, line_printer(err()), stop)
    _show(out, written, keep_names=keep_names, as_json=as_json)


def _profile(name: str | None, package: str | None, home: Path | None) -> AppProfile:
    from deployments.cli.profiles.checking import profile_named  # noqa: PLC0415 - heavy
    from phonefleet.recording.recorder import unknown_app  # noqa: PLC0415 - heavy

    if package is None:
        return profile_named(name, home)
    if name is not None:
        message = tr("Give --app or --package, not both: a profile names its package.")
        raise Permanent(message)
    return unknown_app(package)


def _show(folder: Path, written: Written, *, keep_names: bool, as_json: bool) -> None:
    import json  # noqa: PLC0415 - only needed here

    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "masked": not keep_names, **asdict(written)}, indent=2))
        return
    typer.echo(
        tr(
            "{folder}: {screens} screens, {pictures} with a picture, {steps} steps",
            folder=folder,
            screens=written.screens,
            pictures=written.pictures,
            steps=written.steps,
        )
    )
    if keep_names:
        typer.echo(tr("Nothing was masked: names, numbers and pictures of people are in the folder"))
    else:
        typer.echo(
            tr(
                "Masked: {names} names, {numbers} numbers and mail addresses, {covered} areas of "
                "pictures. Other words stay: read them before you give the folder away",
                names=written.names,
                numbers=written.numbers,
                covered=written.covered,
            )
        )
    if written.unexplained:
        typer.echo(
            tr(
                "{unexplained} times a screen came without a touch that was seen: add those steps by hand",
                unexplained=written.unexplained,
            )
        )
    typer.echo(tr("Replay: phonefleet virtual --screens {folder}", folder=folder))


app = group()
add_command(app, "record", record, epilog=EXAMPLES)
