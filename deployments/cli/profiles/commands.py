"""`phonefleet profile …`: app profiles against real screens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.calling import Call, command
from phonefleet.errors import Permanent

if TYPE_CHECKING:
    from deployments.cli.profiles.checking import PhoneCheck
    from phonefleet.apps import AppProfile

app = typer.Typer(help="App profiles: what the project knows of an app's screens.", no_args_is_help=True)

_EXAMPLES = """Examples:

phonefleet profile check -d 127.0.0.1:21001 --app sample --adb-port 15037

phonefleet profile check -d 127.0.0.1:21001 --app sample --here --record

phonefleet profile check --app tiktok --hierarchy feed.xml profile.xml"""
NameOption = Annotated[str | None, typer.Option("--app", help="The profile; the configured one if left out.")]
PhoneOption = Annotated[
    str, typer.Option("--device", "-d", metavar="PHONE", help="Serial, alias, or an address that it has or had.")
]


@app.callback()
def profiles() -> None:
    """App profiles: what the project knows of an app's screens."""


@app.command(epilog=_EXAMPLES)
def check(  # noqa: PLR0913, PLR0917 - a command line has as many options as it has
    more: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Further saved screens.")] = None,
    device: Annotated[
        str | None,
        typer.Option(
            "--device", "-d", metavar="SERIAL", help="The phone: a name in adb, or any other that the API knows."
        ),
    ] = None,
    hierarchy: Annotated[
        list[Path] | None,
        typer.Option("--hierarchy", metavar="FILE", help="A screen as `uiautomator dump` writes it; needs no phone."),
    ] = None,
    name: NameOption = None,
    version: Annotated[
        str | None,
        typer.Option("--app-version", help="The version of the app in the files; the one that fits best if left out."),
    ] = None,
    username: Annotated[
        str | None, typer.Option("--username", help="Whose profile to look at; best somebody not followed yet.")
    ] = None,
    here: Annotated[bool, typer.Option("--here", help="Look at what the phone shows now; touch nothing.")] = False,  # noqa: FBT002
    record: Annotated[  # noqa: FBT002 - Typer's form
        bool, typer.Option("--record", help="Tell the API what was found, so that scripts may rely on it.")
    ] = False,
    adb_port: o.AdbPortOption = None,
    home: o.HomeOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
    api: o.ApiUrlOption = None,
    token: o.TokenOption = None,
) -> None:
    """Tell which selectors of a profile find something: on a walk through the app on a phone, or in saved screens.

    It only looks: nothing is followed, liked or sent. Exits with 1 if a selector that the walk should meet finds
    nothing, or if a file holds no screen, or one of no page that the profile knows.
    """
    from deployments.cli.profiles.checking import address_of, check_on_phone, profile_named  # noqa: PLC0415 - heavy
    from deployments.cli.shared.api_access import api_client  # noqa: PLC0415 - heavy

    files = [*(hierarchy or ()), *(more or ())]
    if (device is None) != bool(files) or (files and (record or here)):
        message = "Name a phone (--device, with --here or --record) or saved screens (--hierarchy FILE ...), not both."
        raise Permanent(message)
    profile = profile_named(name, home)
    if device is None:
        _check_files(profile, files, version, as_json=as_json)
        return
    device = address_of(device, adb_port, lambda: api_client(api, token, home))
    found = check_on_phone(profile, device, username, adb_port, here=here)
    recorded = _record(found, api, token, home) if record else None
    _show_phone(found, recorded, as_json=as_json)
    if any(not resolution.resolved and resolution.expected for resolution in found.resolutions) and not here:
        raise typer.Exit(1)


@command(
    app,
    "verifications",
    "phonefleet profile verifications --app tiktok",
    "phonefleet profile verifications --app tiktok --device device_serial_1",
)
def verifications(
    call: Call,
    *,
    name: Annotated[str, typer.Option("--app", help="The profile.")],
    device: Annotated[
        str | None,
        typer.Option("--device", "-d", metavar="PHONE", help="Serial, alias, or an address that it has or had."),
    ] = None,
) -> None:
    """List which selectors of a profile were seen to work, on which phone and with which version of the app."""
    from deployments.cli.profiles.shown import print_verifications  # noqa: PLC0415 - heavy

    found = call.client.list_verifications(name, serial=device)
    call.show(found["verifications"], lambda: print_verifications(found["verifications"]))


@command(app, "forget", "phonefleet profile forget --app tiktok --device device_serial_1")
def forget(
    call: Call, *, name: Annotated[str, typer.Option("--app", help="The profile.")], device: PhoneOption
) -> None:
    """Take back what was recorded of a profile on a phone."""
    gone = call.client.forget_verifications(name, device)
    call.tell(gone, f"{gone['deleted_count']} records are gone")


def _check_files(profile: AppProfile, files: list[Path], version: str | None, *, as_json: bool) -> None:
    from deployments.cli.profiles.checking import check_files  # noqa: PLC0415 - heavy
    from deployments.cli.profiles.shown import show_saved  # noqa: PLC0415 - heavy

    found, broken = check_files(profile, files, version)
    show_saved(profile, found, broken, as_json=as_json)
    if broken or found is None or any(screen.page is None for screen in found.screens):
        raise typer.Exit(1)


def _record(found: PhoneCheck, api: str | None, token: str | None, home: Path | None) -> int:
    from deployments.cli.profiles.checking import record  # noqa: PLC0415 - heavy
    from deployments.cli.shared.api_access import api_client  # noqa: PLC0415 - heavy

    with api_client(api, token, home) as client:
        return record(client, found)


def _show_phone(found: PhoneCheck, recorded: int | None, *, as_json: bool) -> None:
    from deployments.cli.profiles.shown import show_phone  # noqa: PLC0415 - heavy

    show_phone(found, recorded, as_json=as_json)
