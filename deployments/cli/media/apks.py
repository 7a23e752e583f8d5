"""`phonefleet apks …`: the APKs that phones may be given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.calling import Call, command, with_api
from deployments.cli.shared.groups import group
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client.answers import Apk

app = group("The library of APKs: the apps that `devices do install` gives to phones.")


@app.callback(invoke_without_command=True, epilog="Example: phonefleet apks")
def apks(
    context: typer.Context, api: o.ApiUrlOption = None, token: o.TokenOption = None, home: o.ApiHomeOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
) -> None:  # fmt: skip
    """List the library, or change it."""
    if context.invoked_subcommand is None:
        with_api(list_)(as_json=as_json, api=api, token=token, home=home)


@command(app, "list", "phonefleet apks list")
def list_(call: Call) -> None:
    """List the APKs, by app, the newest version first."""
    found = call.client.list_apks()
    call.show(found, lambda: _print(found["apks"]))


@command(app, "add", "phonefleet apks add shop-2.1.apk")
def add(
    call: Call,
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="APKs that hold a whole app each.")],
) -> None:
    """Put APKs of this computer into the library; the same content is there once."""
    call.each(files, lambda file: call.client.add_apk(file, file.name), _print)


@command(app, "remove", "phonefleet apks remove 61431b0dfed0", "phonefleet apks remove org.example.shop")
def remove(
    call: Call,
    *,
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME…", help="Digests, or how they begin; or a package with one version."),
    ],
) -> None:
    """Delete APKs from the library; phones keep what they have."""
    known = call.client.list_apks()["apks"]
    whole = [_digest(known, name) for name in names]
    call.each(whole, call.client.delete_apk, lambda gone: typer.echo(tr("{number} removed", number=len(gone))))


def _digest(known: Sequence[Apk], name: str) -> str:
    """Return the digest of the one APK that is named; what names none or several stays as it is, and is refused."""
    found = [one["sha256"] for one in known if name == one["package"] or one["sha256"].startswith(name.lower())]
    return found[0] if len(found) == 1 else name


def _print(found: Sequence[Apk]) -> None:
    from deployments.cli.shared.console import out  # noqa: PLC0415 - heavy
    from deployments.cli.shared.tables import Column, print_table, when  # noqa: PLC0415 - heavy

    columns = (
        Column("app"), Column("version"), Column("code", right=True, rank=1), Column("bytes", right=True, rank=2),
        Column("added", rank=3), Column("digest"),
    )  # fmt: skip
    rows = (
        (
            apk["package"],
            apk["version_name"],
            apk["version_code"],
            apk["size"],
            when(apk["added_at"]),
            apk["sha256"][:12],
        )
        for apk in found
    )
    print_table(out(), "APKs", columns, rows, empty=tr("The library is empty."))
