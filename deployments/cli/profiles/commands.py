"""`phonefleet profile …`: app profiles against real screens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.groups import PlainCommand, group
from deployments.cli.shared.printing import echo
from phonefleet.errors import Permanent
from phonefleet.words import tr

if TYPE_CHECKING:
    from deployments.cli.profiles.checking import PhoneCheck
    from phonefleet.apps.saved_screens import SavedCheck

app = group("App profiles: what the project knows of an app's screens.", no_args_is_help=True)

_EXAMPLES = """Examples:

phonefleet profile check -d 127.0.0.1:21001 --app sample --adb-port 15037

phonefleet profile check -d 127.0.0.1:21001 --app sample --here --draw seen.png

phonefleet profile check -d 127.0.0.1:21001 --app sample --here --record

phonefleet profile check --app tiktok --hierarchy feed.xml profile.xml

phonefleet profile check --app tiktok --hierarchy feed.xml --picture feed.png --draw checked.png"""
NameOption = Annotated[str | None, typer.Option("--app", help="The profile; the configured one if left out.")]
PhoneOption = Annotated[
    str, typer.Option("--device", "-d", metavar="PHONE", help="Serial, alias, or an address that it has or had.")
]


@app.callback()
def profiles() -> None:
    """App profiles: what the project knows of an app's screens."""


@app.command(cls=PlainCommand, epilog=_EXAMPLES)
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
        typer.Option(
            "--hierarchy", metavar="FILE", help="A saved screen, of `uiautomator dump` or Appium; needs no phone."
        ),
    ] = None,
    picture: Annotated[
        list[Path] | None,
        typer.Option("--picture", metavar="FILE", help="The screenshot of a saved screen, for --draw; once for each."),
    ] = None,
    name: NameOption = None,
    version: Annotated[
        str | None,
        typer.Option("--app-version", help="The version of the app in the files; the one that fits best if left out."),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="TAG", help="The language of the files, such as ru; all if left out."),
    ] = None,
    username: Annotated[
        str | None, typer.Option("--username", help="Whose profile to look at; best somebody not followed yet.")
    ] = None,
    here: Annotated[bool, typer.Option("--here", help="Look at what the phone shows now; touch nothing.")] = False,  # noqa: FBT002
    draw: Annotated[
        Path | None,
        typer.Option("--draw", metavar="PATH", help="Draw what was found: into a PNG file, or for more into a folder."),
    ] = None,
    record: Annotated[  # noqa: FBT002 - Typer's form
        bool, typer.Option("--record", help="Ask whether each is right, and tell the API, so that scripts may act.")
    ] = False,
    yes: Annotated[  # noqa: FBT002 - Typer's form
        bool, typer.Option("--yes", help="With --record: confirm what is unambiguous and looks like no row of a list.")
    ] = False,
    adb_port: o.AdbPortOption = None,
    home: o.HomeOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
    api: o.ApiUrlOption = None,
    token: o.TokenOption = None,
) -> None:
    """Tell which selectors of a profile find something: on a walk through the app on a phone, or in saved screens.

    It only looks: nothing is followed, liked or sent. Of each selector it tells what the element says, where it is and
    how many fit, and marks what is ambiguous or looks like a row of a list. Exits with 1 if a selector that the walk
    should meet finds nothing that is clear, or if a file holds no screen, or one that the profile does not know.
    """
    from deployments.cli.profiles.checking import (  # noqa: PLC0415 - heavy
        check_files,
        check_on_phone,
        locate,
        profile_named,
    )
    from deployments.cli.profiles.drawing import require_place  # noqa: PLC0415 - heavy
    from deployments.cli.profiles.shown import show_phone, show_saved  # noqa: PLC0415 - heavy
    from deployments.cli.shared.api_access import api_client  # noqa: PLC0415 - heavy

    files, pictures = [*(hierarchy or ()), *(more or ())], picture or []
    if (device is None) != bool(files) or (files and (record or here)):
        message = tr(
            "Name a phone (--device, with --here or --record) or saved screens (--hierarchy FILE ...), not both."
        )
        raise Permanent(message)
    if pictures and (draw is None or len(pictures) != len(files)):
        message = tr(
            "--picture goes with --draw and --hierarchy: one picture for each saved screen, in the same order."
        )
        raise Permanent(message)
    if language is not None and device is not None:
        message = tr("--language is for saved screens: a phone says in which language it shows the app.")
        raise Permanent(message)
    _require_answers(record=record, yes=yes)
    require_place(draw, several=len(files) > 1 or (device is not None and not here))
    profile = profile_named(name, home)
    if device is None:
        found, broken = check_files(profile, files, version, language)
        _draw_files(found, draw, dict(zip(files, pictures, strict=False)))
        show_saved(profile, found, broken, as_json=as_json)
        lost = any(not error.holds_a_hierarchy for error in broken)
        if lost or found is None or any(screen.kind == "unknown" for screen in found.screens):
            raise typer.Exit(1)
        return
    phone = locate(device, adb_port, home, lambda: api_client(api, token, home))
    found = check_on_phone(profile, phone, username, here=here, pictures=draw is not None)
    _draw_phone(found, draw)
    recorded = _record(found, api, token, home, yes=yes) if record else None
    show_phone(found, recorded, as_json=as_json)
    if any(not resolution.proven and resolution.expected for resolution in found.resolutions) and not here:
        raise typer.Exit(1)


@app.command(
    cls=PlainCommand, epilog="Example: phonefleet profile rules --app sample --hierarchy screen.xml --at 540,1006"
)
def rules(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    hierarchy: Annotated[Path, typer.Option("--hierarchy", metavar="FILE", help="A saved screen.")],
    at: Annotated[str, typer.Option("--at", metavar="X,Y", help="Where the element is, in pixels of the screen.")],
    name: NameOption = None,
    version: Annotated[
        str | None, typer.Option("--app-version", help="The version of the app; the one that fits best if left out.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="TAG", help="The language of the screen; all if left out.")
    ] = None,
    home: o.HomeOption = None,
    as_json: o.JsonOption = False,
) -> None:
    """Make rules for an element of a saved screen, the surest first.

    Each is tried on all recordings in the folder `recordings` of the home, and told what else it would hit.
    """
    from deployments.cli.profiles.workshop import rules_at  # noqa: PLC0415 - heavy
    from deployments.cli.profiles.workshop_shown import show_rules  # noqa: PLC0415 - heavy

    found = rules_at(hierarchy, at, app=name, home=home, version=version, language=language)
    show_rules(found, as_json=as_json)


@app.command(cls=PlainCommand, epilog="Example: phonefleet profile compare --app sample screens/old screens/new")
def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The folder of a recording.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="That of another version of the app.")],
    *,
    name: NameOption = None,
    home: o.HomeOption = None,
    as_json: o.JsonOption = False,
) -> None:
    """Tell what a profile has lost from one version of an app to another, by a recording of each.

    Exits with 1 if something was lost or has become ambiguous.
    """
    from deployments.cli.profiles.workshop import versions_compared  # noqa: PLC0415 - heavy
    from deployments.cli.profiles.workshop_shown import show_comparison  # noqa: PLC0415 - heavy

    found = versions_compared(old, new, app=name, home=home)
    show_comparison(found, as_json=as_json)
    if any(each.outcome in {"lost", "ambiguous"} for each in found):
        raise typer.Exit(1)


@app.command(cls=PlainCommand, epilog="Example: phonefleet profile schema > profile.schema.json")
def schema() -> None:
    """Print the JSON schema of app profiles, by which editors complete and check them."""
    from phonefleet.apps.schema import ProfileRules  # noqa: PLC0415 - heavy

    typer.echo(json.dumps(ProfileRules.model_json_schema(), indent=2, ensure_ascii=False))


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
    call.tell(gone, tr("{deleted_count} records are gone", deleted_count=gone["deleted_count"]))


def _require_answers(*, record: bool, yes: bool) -> None:
    from deployments.cli.profiles.confirming import require_somebody_to_ask  # noqa: PLC0415 - heavy

    if yes and not record:
        message = tr("--yes goes with --record")
        raise Permanent(message)
    if record:
        require_somebody_to_ask(yes=yes)


def _draw_files(found: SavedCheck | None, draw: Path | None, pictures: Mapping[Path, Path]) -> None:
    from deployments.cli.profiles.drawing import draw_saved  # noqa: PLC0415 - heavy

    if draw and found:
        _tell_drawn(draw_saved(found, draw, pictures))


def _draw_phone(found: PhoneCheck, draw: Path | None) -> None:
    from deployments.cli.profiles.drawing import draw_phone  # noqa: PLC0415 - heavy

    if draw:
        _tell_drawn(draw_phone(found, draw))


def _tell_drawn(files: list[Path]) -> None:
    for file in files:
        echo(tr("Drawn: {file}", file=file), err=True)


def _record(found: PhoneCheck, api: str | None, token: str | None, home: Path | None, *, yes: bool) -> int:
    from deployments.cli.profiles.checking import record  # noqa: PLC0415 - heavy
    from deployments.cli.profiles.confirming import confirmed  # noqa: PLC0415 - heavy
    from deployments.cli.shared.api_access import api_client  # noqa: PLC0415 - heavy

    names = confirmed(found.resolutions, yes=yes)
    with api_client(api, token, home) as client:
        return record(client, found, names)
