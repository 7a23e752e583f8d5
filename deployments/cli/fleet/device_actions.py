"""`phonefleet devices do …`: one thing done to many phones, in their turn, and what became of it on each."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.fleet.hands_on import app
from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.groups import group
from deployments.cli.shared.options import seconds_of
from phonefleet.errors import Permanent
from phonefleet.words import tr, tr_many

if TYPE_CHECKING:
    from phonefleet.client.answers import ActionBatchInDetail
    from phonefleet.client.device_actions import ActionName

__all__ = ["app"]

do = group(
    "Do one thing to many phones: each does it in its turn, never beside a task, and says what came of it.",
    no_args_is_help=True,
    epilog="Example: phonefleet devices do reboot --group shop --wait",
)
app.add_typer(do, name="do")

PhonesOption = Annotated[
    list[str] | None,
    typer.Option("--device", "-d", metavar="PHONE", help="Serial or alias, or group:NAME. Repeatable."),
]
GroupOption = Annotated[str | None, typer.Option("--group", "-g", help="All enabled phones of a group.")]
WaitOption = Annotated[
    bool,
    typer.Option(
        "--wait/--no-wait", help="Wait until every phone has done it, and exit with 1 unless all have; Ctrl-C leaves."
    ),
]
KeyOption = Annotated[
    str | None, typer.Option("--idempotency-key", help="With the same key, a second call does nothing more.")
]
_GOOD = ("done", "already")


@command(
    do,
    "install",
    "phonefleet devices do install shop-2.1.apk --group shop --wait",
    "phonefleet devices do install org.example.shop -d device_serial_1",
)
def install(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    apk: Annotated[
        str,
        typer.Argument(
            metavar="APK", help="A file of this computer, or what `phonefleet apks` lists: digest or package."
        ),
    ],
    device: PhonesOption = None,
    group: GroupOption = None,
    allow_downgrade: Annotated[
        bool, typer.Option("--allow-downgrade", help="Also over a newer version; Android grants it to few apps.")
    ] = False,
    wait: WaitOption = False,
    key: KeyOption = None,
) -> None:
    """Install an app or update it; a phone that has this very APK already is left alone.

    A file is put into the library of APKs first. It must hold the whole app, and be signed by whoever signed the one
    that the phone has. Needs the role administer.
    """
    file = Path(apk)
    if file.suffix == ".apk" or file.is_file():
        apk = _added(call, file)
    _ask(call, "install", device, group, wait=wait, key=key, apk=apk, allow_downgrade=allow_downgrade or None)


@command(do, "reboot", "phonefleet devices do reboot -d device_serial_1", "phonefleet devices do reboot -g shop --wait")
def reboot(  # noqa: PLR0913 - as above
    call: Call,
    *,
    device: PhonesOption = None,
    group: GroupOption = None,
    within: Annotated[
        float,
        typer.Option("--within", metavar="DURATION", parser=seconds_of, help="How long a phone may take: 30s to 30m."),
    ] = 300,
    wait: WaitOption = False,
    key: KeyOption = None,
) -> None:
    """Restart phones, and wait until they are back.

    A phone in the network that was switched over by `adb tcpip` needs its cable afterwards.
    """
    _ask(call, "reboot", device, group, wait=wait, key=key, within=int(within))


@command(do, "wake", "phonefleet devices do wake --group shop")
def wake(
    call: Call,
    *,
    device: PhonesOption = None,
    group: GroupOption = None,
    wait: WaitOption = False,
    key: KeyOption = None,
) -> None:
    """Switch displays on, and dismiss lock screens that need no secret."""
    _ask(call, "wake", device, group, wait=wait, key=key)


@command(
    do,
    "keyboard",
    "phonefleet devices do keyboard -d device_serial_1",
    "phonefleet devices do keyboard com.android.inputmethod.latin/.LatinIME --group shop",
)
def keyboard(  # noqa: PLR0913 - as above
    call: Call,
    *,
    method: Annotated[
        str | None,
        typer.Argument(metavar="METHOD", help="Id of an input method, as `adb shell ime list -s` writes it."),
    ] = None,
    device: PhonesOption = None,
    group: GroupOption = None,
    wait: WaitOption = False,
    key: KeyOption = None,
) -> None:
    """Choose the keyboard of phones; without a name, the one that each had before."""
    _ask(call, "keyboard", device, group, wait=wait, key=key, keyboard=method)


@command(
    do,
    "language",
    "phonefleet devices do language de-DE --group shop",
    "phonefleet devices do language ru --app org.example.shop -d device_serial_1",
    "phonefleet devices do language --app org.example.shop -d device_serial_1",
)
def language(  # noqa: PLR0913 - as above
    call: Call,
    *,
    tags: Annotated[
        str | None, typer.Argument(metavar="LANGUAGE", help="As in de-DE, or several: de-DE,en. None: the phone's.")
    ] = None,
    package: Annotated[str | None, typer.Option("--app", metavar="PACKAGE", help="Only of this app.")] = None,
    device: PhonesOption = None,
    group: GroupOption = None,
    wait: WaitOption = False,
    key: KeyOption = None,
) -> None:
    """Set the language of phones, or of one app on them.

    A phone shows it after its next restart: adb may not change more. One app's language changes at once, on Android 13
    and later.
    """
    _ask(call, "language", device, group, wait=wait, key=key, language=tags, app_package=package)


@command(do, "time-zone", "phonefleet devices do time-zone Europe/Berlin --group shop")
def time_zone(  # noqa: PLR0913 - as above
    call: Call,
    *,
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="An IANA name, such as Europe/Berlin.")],
    device: PhonesOption = None,
    group: GroupOption = None,
    wait: WaitOption = False,
    key: KeyOption = None,
) -> None:
    """Set the time zone of phones, which no longer follow that of the network then."""
    _ask(call, "time_zone", device, group, wait=wait, key=key, time_zone=zone)


@command(
    do, "stay-awake", "phonefleet devices do stay-awake --group shop", "phonefleet devices do stay-awake --off -g shop"
)
def stay_awake(  # noqa: PLR0913 - as above
    call: Call,
    *,
    on: Annotated[bool, typer.Option("--on/--off", help="Whether displays stay on.")] = True,
    device: PhonesOption = None,
    group: GroupOption = None,
    wait: WaitOption = False,
    key: KeyOption = None,
) -> None:
    """Let displays stay on while phones are charged, or go off as usual."""
    _ask(call, "stay_awake", device, group, wait=wait, key=key, stay_awake=on)


@command(do, "run", "phonefleet devices do run free-space --group shop --wait")
def run(  # noqa: PLR0913 - as above
    call: Call,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A command that `phonefleet devices do commands` lists.")],
    device: PhonesOption = None,
    group: GroupOption = None,
    wait: WaitOption = False,
    key: KeyOption = None,
) -> None:
    """Run a saved command on phones, once on each: one that was interrupted is not run again by itself.

    The commands stand in device-commands.yaml in the data folder of the server, and nowhere else.
    """
    _ask(call, "command", device, group, wait=wait, key=key, command=name)


@command(do, "commands", "phonefleet devices do commands")
def commands(call: Call) -> None:
    """List the saved commands."""
    from deployments.cli.fleet.actions_shown import print_commands  # noqa: PLC0415 - heavy

    found = call.client.list_saved_commands()
    call.show(found, lambda: print_commands(found["commands"]))


@command(do, "list", "phonefleet devices do list")
def list_(
    call: Call, *, limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 20
) -> None:
    """List what was asked for, newest first, with how many phones have done it."""
    from deployments.cli.fleet.actions_shown import print_batches  # noqa: PLC0415 - heavy

    found = list(islice(call.client.iter_device_actions(), limit))
    call.show(found, lambda: print_batches(found))


@command(do, "show", "phonefleet devices do show", "phonefleet devices do show ID")
def show(
    call: Call,
    *,
    batch: Annotated[str | None, typer.Argument(metavar="ID", help="What was asked for; by default the last.")] = None,
) -> None:
    """Show what became of one request on each phone."""
    if batch is None:
        last = call.client.list_device_actions(page_size=1)["batches"]
        if not last:
            message = tr("Nothing was asked for yet: see phonefleet devices do --help")
            raise Permanent(message)
        batch = last[0]["id"]
    _show(call, call.client.get_device_actions(batch))


def _added(call: Call, file: Path) -> str:
    """Put an APK of this computer into the library and return its digest."""
    if not file.is_file():
        message = tr("There is no file {file}", file=file)
        raise Permanent(message)
    return call.client.add_apk(file, file.name)["sha256"]


def _ask(  # noqa: PLR0913 - where, how and what
    call: Call,
    action: ActionName,
    device: list[str] | None,
    group: str | None,
    *,
    wait: bool,
    key: str | None,
    **options: object,
) -> None:
    if not device and not group:
        message = tr("Say which phones: --device PHONE, which may be repeated, or --group GROUP")
        raise Permanent(message)
    given = {name: value for name, value in options.items() if value is not None}
    created = call.client.act_on_devices(action, serials=device, group=group, idempotency_key=key, **given)  # pyright: ignore[reportArgumentType] - each command names its own
    if not wait:
        asked = tr_many(
            "Asked {count} phone; what comes of it: phonefleet devices do show {request}",
            "Asked {count} phones; what comes of it: phonefleet devices do show {request}",
            count=created["created_count"],
            request=created["id"],
        )
        call.tell(created, asked)
        return
    call.client.wait(created["task_ids"])
    found = call.client.get_device_actions(created["id"])
    _show(call, found)
    if any(phone["outcome"] not in _GOOD for phone in found["devices"]):
        raise typer.Exit(1)


def _show(call: Call, found: ActionBatchInDetail) -> None:
    from deployments.cli.fleet.actions_shown import print_batch  # noqa: PLC0415 - heavy

    call.show(found, lambda: print_batch(found))
