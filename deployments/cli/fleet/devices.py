"""`phonefleet devices …`: the phones."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.calling import Call, command, with_api
from deployments.cli.shared.groups import group
from phonefleet.errors import Permanent
from phonefleet.words import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phonefleet.client.answers import Device, Forgotten, Unidentified

app = group("The phones: what they are called, how they are, and what they show.")

PhoneArgument = Annotated[str, typer.Argument(metavar="PHONE", help="Serial, alias, or an address that it has or had.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for whoever looks at it later.")]
State = Literal["online", "busy", "offline", "unauthorized", "no_permissions", "recovery", "ambiguous", "quarantined"]


@app.callback(invoke_without_command=True, epilog="Example: phonefleet devices")
def devices(
    context: typer.Context, api: o.ApiUrlOption = None, token: o.TokenOption = None, home: o.ApiHomeOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
) -> None:  # fmt: skip
    """List the phones, or do something with one."""
    if context.invoked_subcommand is None:
        with_api(list_)(as_json=as_json, api=api, token=token, home=home)


@command(app, "list", "phonefleet devices list --state online")
def list_(
    call: Call,
    *,
    state: Annotated[State | None, typer.Option("--state")] = None,
    group: Annotated[str | None, typer.Option("--group")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 1000,
) -> None:
    """List the phones that any host has ever seen."""
    found = list(islice(call.client.iter_devices(state=state, group=group), limit))
    unidentified = [] if call.as_json or state or group else call.client.list_devices(page_size=1)["unidentified"]
    call.show(found, lambda: _print_table(found, unidentified))


@command(app, "show", "phonefleet devices show device_serial_1")
def show(call: Call, *, phone: PhoneArgument) -> None:
    """Show one phone."""
    found = call.client.get_device(phone)
    call.show(found, lambda: _print_one(found))


@command(
    app,
    "set",
    "phonefleet devices set device_serial_1 --alias front_desk --group shop",
    "phonefleet devices set front_desk --no-alias --disable",
)
def set_(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    phone: PhoneArgument,
    alias: Annotated[str | None, typer.Option("--alias", help="A second name.")] = None,
    no_alias: Annotated[bool, typer.Option("--no-alias", help="Take the second name away.")] = False,
    group: Annotated[str | None, typer.Option("--group")] = None,
    no_group: Annotated[bool, typer.Option("--no-group", help="Take it out of its group.")] = False,
    enabled: Annotated[
        bool | None, typer.Option("--enable/--disable", help="Whether it gets work; what is queued waits.")
    ] = None,
) -> None:
    """Change a phone's alias, its group, or whether it gets work; what is left out stays."""
    from phonefleet.client import UNSET  # noqa: PLC0415 - heavy

    if (alias is not None and no_alias) or (group is not None and no_group):
        message = tr("Give a name or take it away, not both.")
        raise Permanent(message)
    changed = call.client.change_device(
        phone,
        alias=UNSET if alias is None and not no_alias else alias,
        group=UNSET if group is None and not no_group else group,
        enabled=UNSET if enabled is None else enabled,
    )
    call.show(changed, lambda: _print_one(changed))


@command(app, "quarantine", 'phonefleet devices quarantine device_serial_1 --reason "cracked screen"')
def quarantine(call: Call, *, phone: PhoneArgument, reason: ReasonOption) -> None:
    """Give a phone no more work until it is released; what runs ends, what is queued waits."""
    resting = call.client.quarantine_device(phone, reason)
    call.tell(
        resting,
        tr(
            "{resting} is {state}: {quarantine_reason}",
            resting=_name(resting),
            state=resting["state"],
            quarantine_reason=resting["quarantine_reason"],
        ),
    )


@command(app, "release", "phonefleet devices release device_serial_1")
def release(call: Call, *, phone: PhoneArgument) -> None:
    """End a phone's quarantine, whoever began it."""
    released = call.client.release_device(phone)
    call.tell(released, tr("{released} is {state}", released=_name(released), state=released["state"]))


@command(app, "forget", "phonefleet devices forget 192.168.1.20:5555")
def forget(call: Call, *, phone: PhoneArgument) -> None:
    """Forget a phone that is not connected: what waits for it is cancelled, its accounts have no phone any more."""
    forgotten = call.client.forget_device(phone)
    call.tell(
        forgotten,
        tr(
            "{forgotten} is forgotten; {cancelled_count} tasks are cancelled",
            forgotten=_name(forgotten),
            cancelled_count=forgotten["cancelled_count"],
        ),
    )


@command(app, "match-accounts", "phonefleet devices match-accounts device_serial_1 --app sample")
def match_accounts(
    call: Call,
    *,
    phone: PhoneArgument,
    profile: Annotated[str | None, typer.Option("--app", help="App profile; the configured one if left out.")] = None,
    key: Annotated[
        str | None, typer.Option("--idempotency-key", help="With the same key, a second call creates nothing more.")
    ] = None,
) -> None:
    """Create a task that reads from the app which accounts are signed in on the phone, and binds them to it."""
    created = call.client.match_accounts(phone, app=profile, idempotency_key=key)
    ids = ", ".join(map(str, created["task_ids"]))
    call.tell(created, tr("Created task {ids}: phonefleet task watch {ids}", ids=ids))


@command(app, "screenshot", "phonefleet devices screenshot device_serial_1 screen.png")
def screenshot(
    call: Call, *, phone: PhoneArgument, file: Annotated[Path, typer.Argument(metavar="FILE", help="A PNG to write.")]
) -> None:
    """Write what a phone shows to a PNG file; a running task is not disturbed."""
    picture = call.client.screenshot(phone)
    file.write_bytes(picture)
    call.tell(
        {"file": str(file), "bytes": len(picture)},
        tr("Wrote {file} ({number} bytes)", file=file, number=f"{len(picture):,}"),
    )


@command(app, "hierarchy", "phonefleet devices hierarchy device_serial_1 > screen.xml")
def hierarchy(call: Call, *, phone: PhoneArgument) -> None:
    """Print the views on a phone's screen as XML; a running task is not disturbed."""
    found = call.client.hierarchy(phone)
    call.tell({"hierarchy": found}, found)


def _name(phone: Device | Forgotten) -> str:
    return phone["alias"] or phone["serial"]


def _print_table(found: Sequence[Device], unidentified: Sequence[Unidentified]) -> None:
    from deployments.cli.fleet.shown import print_devices, print_unidentified  # noqa: PLC0415 - heavy

    print_devices(found)
    if unidentified:
        print_unidentified(unidentified)


def _print_one(found: Device) -> None:
    from deployments.cli.fleet.shown import print_device  # noqa: PLC0415 - heavy

    print_device(found)
