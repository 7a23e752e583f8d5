"""`phonefleet do-not-contact …`: the people whom no account may contact."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.calling import Call, command, with_api
from deployments.cli.shared.groups import group
from phonefleet.words import tr

app = group("The people whom no account follows, writes to, likes or comments on.")

NamesArgument = Annotated[list[str], typer.Argument(metavar="NAME…", help="Usernames; `@` and case do not matter.")]
AppOption = Annotated[str | None, typer.Option("--app", help="App profile; all apps if left out.")]


@app.callback(invoke_without_command=True, epilog="Example: phonefleet do-not-contact")
def do_not_contact(
    context: typer.Context, api: o.ApiUrlOption = None, token: o.TokenOption = None, home: o.ApiHomeOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
) -> None:  # fmt: skip
    """List the people whom no account may contact, or change the list."""
    if context.invoked_subcommand is None:
        with_api(list_)(as_json=as_json, api=api, token=token, home=home)


@command(app, "list", "phonefleet do-not-contact list --app sample")
def list_(
    call: Call,
    *,
    username: Annotated[str | None, typer.Option("--username", "-u", help="Only this one.")] = None,
    profile: Annotated[str | None, typer.Option("--app", help="Whom the accounts of this app must avoid.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 1000,
) -> None:
    """List the people whom no account may contact, by name."""
    from deployments.cli.limits.shown import print_people  # noqa: PLC0415 - heavy

    found = list(islice(call.client.iter_do_not_contact(username=username, app=profile), limit))
    call.show(found, lambda: print_people(found))


@command(
    app,
    "add",
    'phonefleet do-not-contact add @person_0001 person_0002 --reason "asked us to stop"',
)
def add(
    call: Call,
    *,
    names: NamesArgument,
    profile: AppOption = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why, for whoever looks at it later.")] = None,
) -> None:
    """Add people, or give those who are on the list another reason."""
    done = call.client.add_do_not_contact([{"username": name, "app": profile, "reason": reason} for name in names])
    call.tell(
        done,
        tr(
            "{added_count} added, {replaced_count} replaced",
            added_count=done["added_count"],
            replaced_count=done["replaced_count"],
        ),
    )


@command(app, "remove", "phonefleet do-not-contact remove person_0002")
def remove(call: Call, *, names: NamesArgument, profile: AppOption = None) -> None:
    """Take people off the list: their entries for one app, or all."""
    done = call.client.remove_do_not_contact(names, app=profile)
    missing = tr("; not on the list: {not_found}", not_found=", ".join(done["not_found"])) if done["not_found"] else ""
    call.tell(done, tr("{removed_count} removed{missing}", removed_count=done["removed_count"], missing=missing))
