"""`phonefleet person …`: the persons who have tokens of the server, and what each may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.calling import Call, command, with_api
from deployments.cli.shared.groups import group
from phonefleet.words import mark, tr

if TYPE_CHECKING:
    from phonefleet.client.answers import Me, PersonWithToken

app = group("The persons who may use the server: each has a token of their own, and a role.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The person's name; case does not matter.")]
NamesArgument = Annotated[list[str], typer.Argument(metavar="NAME…", help="Names of persons.")]
Role = Literal["watch", "operate", "administer"]
ROLES = mark(
    "watch reads; operate lets phones work and takes them over; administer changes persons and limits, and deletes."
)


@app.callback(invoke_without_command=True, epilog="Example: phonefleet person")
def person(
    context: typer.Context, api: o.ApiUrlOption = None, token: o.TokenOption = None, home: o.ApiHomeOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
) -> None:  # fmt: skip
    """List the persons who have tokens of the server, or change them."""
    if context.invoked_subcommand is None:
        with_api(list_)(as_json=as_json, api=api, token=token, home=home)


@command(app, "list", "phonefleet person list")
def list_(call: Call) -> None:
    """List the persons, by name. Their tokens are kept nowhere and cannot be shown."""
    from deployments.cli.persons.shown import print_persons  # noqa: PLC0415 - heavy

    found = call.client.list_persons()
    call.show(found, lambda: print_persons(found["persons"]))


@command(app, "add", "phonefleet person add anna --role operate", "phonefleet person add Борис --role watch")
def add(
    call: Call, *, name: NameArgument, role: Annotated[Role, typer.Option("--role", help=ROLES)] = "operate"
) -> None:
    """Add a person, and print the token this once."""
    _tell_token(call, call.client.add_person(name, role))


@command(app, "role", "phonefleet person role anna administer")
def role(call: Call, *, name: NameArgument, role: Annotated[Role, typer.Argument(help=ROLES)]) -> None:
    """Give a person another role, which holds from the next call on."""
    found = call.client.change_person(name, role)
    call.tell(found, tr("{name} may {role} now", name=found["name"], role=found["role"]))


@command(app, "token", "phonefleet person token anna")
def token(call: Call, *, name: NameArgument) -> None:
    """Give a person another token, printed this once; the old one and all logins with it end."""
    _tell_token(call, call.client.replace_person_token(name))


@command(app, "remove", "phonefleet person remove anna")
def remove(call: Call, *, names: NamesArgument) -> None:
    """Remove persons: tokens and logins end at once, what they did stays in the audit trail."""
    call.each(names, call.client.remove_person, lambda gone: typer.echo(tr("{number} removed", number=len(gone))))


@command(app, "me", "phonefleet person me")
def me(call: Call) -> None:
    """Tell who the server takes you for, and what you may do there."""
    found = call.client.who_calls()
    call.tell(found, _who(found))


def _tell_token(call: Call, made: PersonWithToken) -> None:
    text = tr(
        "{name} may {role}. The token, shown this once:\n{token}",
        name=made["name"],
        role=made["role"],
        token=made["token"],
    )
    call.tell(made, text)


def _who(found: Me) -> str:
    if found["login_needed"]:
        return tr("The server does not know you: give it your token, in PHONEFLEET_API_TOKEN")
    return tr("{person}, who may {role}", person=found["person"] or "Nobody by name", role=found["role"])
