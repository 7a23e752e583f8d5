"""`phonefleet host …`: the computers whose phones belong to the fleet, seen from the main host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.calling import Call, command, with_api
from deployments.cli.shared.groups import group
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client.answers import HostWithToken

app = group("The computers whose phones belong to this fleet: each joins with a token of its own.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What the host is called; case does not matter.")]
NamesArgument = Annotated[list[str], typer.Argument(metavar="NAME…", help="Names of hosts.")]
UrlOption = Annotated[
    str | None,
    typer.Option("--url", help="Address at which the new host reaches this API. [default: as this command reaches it]"),
]


@app.callback(invoke_without_command=True, epilog="Example: phonefleet host")
def host(
    context: typer.Context, api: o.ApiUrlOption = None, token: o.TokenOption = None, home: o.ApiHomeOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
) -> None:  # fmt: skip
    """List the joined hosts, or change them."""
    if context.invoked_subcommand is None:
        with_api(list_)(as_json=as_json, api=api, token=token, home=home)


@command(app, "list", "phonefleet host list")
def list_(call: Call) -> None:
    """List the joined hosts, by name: whether each lives, how many phones it has, and what is wrong with it."""
    from deployments.cli.hosts.shown import print_hosts  # noqa: PLC0415 - heavy

    found = call.client.list_hosts()
    call.show(found, lambda: print_hosts(found["hosts"]))


@command(app, "add", "phonefleet host add second", "phonefleet host add second --url https://10.0.0.1:50809")
def add(call: Call, *, name: NameArgument, url: UrlOption = None) -> None:
    """Add a host, and print the command that joins it; its token is shown this once."""
    made = call.client.add_host(name)
    call.tell(made, _told(made, url or call.client.url))


@command(app, "remove", "phonefleet host remove second")
def remove(call: Call, *, names: NamesArgument) -> None:
    """Remove hosts: their tokens end at once, and their phones count as absent."""
    call.each(names, call.client.remove_host, lambda gone: typer.echo(tr("{number} removed", number=len(gone))))


def _told(made: HostWithToken, url: str) -> str:
    return tr(
        "On {name}, where phonefleet is installed too, run this; the token is shown this once:\n"
        "phonefleet join {url} --token {token}",
        name=made["name"],
        url=url,
        token=made["token"],
    )
