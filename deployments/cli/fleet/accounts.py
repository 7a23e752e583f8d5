"""`phonefleet accounts …`: the accounts and the phones that they are bound to."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.fleet import account_days
from deployments.cli.fleet.named_accounts import AccountArgument, number_of
from deployments.cli.shared import options as o
from deployments.cli.shared.calling import Call, command, with_api
from deployments.cli.shared.groups import group
from deployments.cli.shared.printing import echo
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client.answers import Imported

STANDARD = Path("-")

app = group("The accounts: on which phone each is signed in, and whether it may act.")
app.add_typer(account_days.app)

AccountsArgument = Annotated[list[str], typer.Argument(metavar="ACCOUNT…", help="Usernames, or numbers of accounts.")]
UsernameOption = Annotated[str | None, typer.Option("--username", "-u", help="Its name; `@` is optional.")]
DeviceOption = Annotated[str | None, typer.Option("--device", "-d", metavar="PHONE", help="Any name of its phone.")]
TagsOption = Annotated[list[str] | None, typer.Option("--tag", help="Repeatable.")]


@app.callback(invoke_without_command=True, epilog="Example: phonefleet accounts")
def accounts(
    context: typer.Context, api: o.ApiUrlOption = None, token: o.TokenOption = None, home: o.ApiHomeOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
) -> None:  # fmt: skip
    """List the accounts, or do something with one."""
    if context.invoked_subcommand is None:
        with_api(list_)(as_json=as_json, api=api, token=token, home=home)


@command(app, "list", "phonefleet accounts list --device device_serial_1 --held")
def list_(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    username: UsernameOption = None,
    device: DeviceOption = None,
    group: Annotated[str | None, typer.Option("--group", help="Group of its phone.")] = None,
    profile: Annotated[str | None, typer.Option("--app", help="App profile.")] = None,
    tag: Annotated[str | None, typer.Option("--tag")] = None,
    held: Annotated[bool | None, typer.Option("--held/--not-held")] = None,
    enabled: Annotated[bool | None, typer.Option("--enabled/--disabled")] = None,
    signed_in: Annotated[bool | None, typer.Option("--signed-in/--signed-out")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 1000,
) -> None:
    """List the accounts: on which phone each is signed in, and why one is held."""
    wanted = call.client.iter_accounts(
        username=username, platform=profile, serial=device, group=group, tag=tag, held=held, enabled=enabled,
        logined=signed_in,
    )  # fmt: skip
    found = list(islice(wanted, limit))
    call.show(found, lambda: _shown().print_accounts(found))


@command(app, "show", "phonefleet accounts show @shop_001")
def show(call: Call, *, account: AccountArgument) -> None:
    """Show one account."""
    found = call.client.get_account(number_of(call.client, account))
    call.show(found, lambda: _shown().print_account(found))


@command(app, "add", "phonefleet accounts add @shop_009 -d device_serial_1 --tag spring")
def add(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    username: Annotated[str, typer.Argument(help="Its name; `@` is optional.")],
    device: Annotated[str, typer.Option("--device", "-d", metavar="PHONE", help="Any name of its phone.")],
    profile: Annotated[str | None, typer.Option("--app", help="App profile; the configured one if left out.")] = None,
    enabled: Annotated[bool, typer.Option("--enable/--disable", help="Whether it may act.")] = True,
    tag: TagsOption = None,
) -> None:
    """Enter an account and bind it to a phone. It counts as signed out until the phone shows it."""
    found = call.client.create_account(username, device, platform=profile, enabled=enabled, tags=tag)
    call.show(found, lambda: _shown().print_account(found))


@command(
    app,
    "set",
    "phonefleet accounts set @shop_001 --device device_serial_2 --disable",
    "phonefleet accounts set 1 --no-tags",
)
def set_(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    account: AccountArgument,
    username: UsernameOption = None,
    device: DeviceOption = None,
    enabled: Annotated[bool | None, typer.Option("--enable/--disable", help="Whether it may act.")] = None,
    tag: TagsOption = None,
    no_tags: Annotated[bool, typer.Option("--no-tags", help="Take all its tags away first.")] = False,
) -> None:
    """Change an account's name, phone, tags, or whether it may act; what is left out stays."""
    tags = tag or ([] if no_tags else None)
    account_id = number_of(call.client, account)
    found = call.client.change_account(account_id, username=username, serial=device, enabled=enabled, tags=tags)
    call.show(found, lambda: _shown().print_account(found))


@command(app, "hold", 'phonefleet accounts hold @shop_001 --reason "asks for a code"')
def hold(
    call: Call,
    *,
    account: AccountArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why, for whoever looks at it later.")],
) -> None:
    """Keep an account from acting until it is released."""
    found = call.client.hold_account(number_of(call.client, account), reason)
    call.tell(
        found,
        tr(
            "{username} is {status}: {hold_reason}",
            username=found["username"],
            status=found["status"],
            hold_reason=found["hold_reason"],
        ),
    )


@command(app, "release", "phonefleet accounts release @shop_001")
def release(call: Call, *, accounts: AccountsArgument) -> None:
    """End the hold of accounts, once a person has looked at them."""
    client = call.client
    call.each(accounts, lambda name: client.release_account(number_of(client, name)), _shown().print_accounts)


@command(app, "delete", "phonefleet accounts delete @shop_001")
def delete(call: Call, *, accounts: AccountsArgument) -> None:
    """Forget accounts. What they did stays in the ledger; the phones stay signed in."""
    client = call.client
    call.each(
        accounts,
        lambda name: client.delete_account(number_of(client, name)),
        lambda gone: typer.echo(tr("{number} deleted", number=len(gone))),
    )


@command(
    app, "export", "phonefleet accounts export accounts.csv", "phonefleet accounts export --tag spring > spring.csv"
)
def export(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="What to write; the terminal if none.")] = STANDARD,
    device: DeviceOption = None,
    group: Annotated[str | None, typer.Option("--group", help="Group of its phone.")] = None,
    profile: Annotated[str | None, typer.Option("--app", help="App profile.")] = None,
    tag: Annotated[str | None, typer.Option("--tag")] = None,
) -> None:
    """Write accounts as CSV, to be changed in a spreadsheet and imported again."""
    table = call.client.export_accounts(serial=device, group=group, platform=profile, tag=tag)
    if file != STANDARD:
        file.write_text(table, encoding="utf-8", newline="")
        call.tell({"file": str(file)}, tr("Wrote {file}", file=file))
    else:
        call.tell({"csv": table}, table.rstrip())


@command(app, "import", "phonefleet accounts import accounts.csv --partial")
def import_(
    call: Call,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file; - reads what is piped in.")],
    partial: Annotated[bool, typer.Option("--partial", help="Take the right rows, though others are wrong.")] = False,
) -> None:
    """Enter accounts from CSV, or change those that exist: all rows or, unless --partial, none.

    The columns username and serial (or alias) are required; platform, enabled and tags (separated by ;) are not.
    """
    from deployments.cli.shared.console import print_error  # noqa: PLC0415 - heavy
    from phonefleet.client import ApiError  # noqa: PLC0415 - heavy

    try:
        done = call.client.import_accounts(_text(file), partial=partial)
    except ApiError as error:
        if not error.details:
            raise
        _list(error.details)
        print_error(error.message)
        raise typer.Exit(o.exit_code(error)) from error
    _list(
        [
            tr("line {line}: {field} {reason}", line=wrong["line"], field=wrong["field"], reason=wrong["reason"])
            for wrong in done["errors"]
        ]
    )
    call.tell(done, _summary(done))
    if done["errors"]:
        raise typer.Exit(1)


def _shown() -> ModuleType:
    from deployments.cli.fleet import shown as fleet_shown  # noqa: PLC0415 - heavy

    return fleet_shown


def _text(file: Path) -> str:
    from phonefleet.errors import Permanent  # noqa: PLC0415 - heavy

    try:
        return sys.stdin.read() if file == STANDARD else file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = tr("{file} cannot be read: {error}", file=file, error=error)
        raise Permanent(message) from error


def _list(lines: list[str]) -> None:
    for line in lines:
        echo(line, err=True)


def _summary(done: Imported) -> str:
    left_out = tr(", {number} rows left out", number=len(done["errors"])) if done["errors"] else ""
    return tr(
        "{created_count} entered, {updated_count} changed{left_out}",
        created_count=done["created_count"],
        updated_count=done["updated_count"],
        left_out=left_out,
    )
