"""`phonefleet media …`: the pictures and videos that posts are made of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deployments.cli.shared import options as o
from deployments.cli.shared.calling import Call, command, with_api
from deployments.cli.shared.groups import group
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client.answers import Media

app = group("The media library: pictures and videos, by tags.")

TagsOption = Annotated[list[str] | None, typer.Option("--tag", help="Repeatable.")]
MediaArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="Number of the file.")]


@app.callback(invoke_without_command=True, epilog="Example: phonefleet media")
def media(
    context: typer.Context, api: o.ApiUrlOption = None, token: o.TokenOption = None, home: o.ApiHomeOption = None,
    as_json: o.JsonOption = False,  # noqa: FBT002 - Typer's form
) -> None:  # fmt: skip
    """List the library, or do something with it."""
    if context.invoked_subcommand is None:
        with_api(list_)(as_json=as_json, api=api, token=token, home=home)


@command(app, "list", "phonefleet media list --kind image --tag spring")
def list_(
    call: Call,
    *,
    kind: Annotated[Literal["image", "video"] | None, typer.Option("--kind")] = None,
    tag: Annotated[str | None, typer.Option("--tag")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 1000,
) -> None:
    """List the pictures and videos of the library, oldest first."""
    found = list(islice(call.client.iter_media(kind=kind, tag=tag), limit))
    call.show(found, lambda: _print(found))


@command(app, "add", "phonefleet media add bread.jpg clip.mp4 --tag spring --tag shop")
def add(
    call: Call,
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Pictures and videos of this computer.")],
    tag: TagsOption = None,
) -> None:
    """Send pictures (JPEG, PNG, WebP) and videos (MP4, MOV) into the library."""
    for file in files:
        _refuse_unreadable(file)
    call.each(files, lambda file: call.client.add_media(file, file.name, tag=tag), _print)


def _refuse_unreadable(file: Path) -> None:
    from phonefleet.errors import Permanent  # noqa: PLC0415 - heavy

    if file.is_dir():
        message = tr("{file} is a folder: name the files in it, as in {file2}", file=file, file2=file / "*")
        raise Permanent(message)
    try:
        file.open("rb").close()
    except OSError as error:
        message = tr("{file} cannot be read: {strerror}", file=file, strerror=error.strerror)
        raise Permanent(message) from error


@command(app, "show", "phonefleet media show 1")
def show(call: Call, *, media_id: MediaArgument) -> None:
    """Show one file."""
    found = call.client.get_media(media_id)
    call.show(found, lambda: _print([found]))


@command(app, "tag", "phonefleet media tag 1 spring shop")
def tag(
    call: Call,
    *,
    media_id: MediaArgument,
    tags: Annotated[
        list[str] | None, typer.Argument(metavar="TAG…", help="All its tags; none takes them away.")
    ] = None,
) -> None:
    """Give a file other tags."""
    found = call.client.change_media(media_id, tags or [])
    call.show(found, lambda: _print([found]))


@command(app, "remove", "phonefleet media remove 1")
def remove(
    call: Call, *, ids: Annotated[list[int], typer.Argument(metavar="ID…", help="Numbers of the files.")]
) -> None:
    """Remove files from the library, and delete them."""
    call.each(ids, call.client.delete_media, lambda gone: typer.echo(tr("{number} removed", number=len(gone))))


def _print(found: Sequence[Media]) -> None:
    from deployments.cli.shared.console import out  # noqa: PLC0415 - heavy
    from deployments.cli.shared.tables import Column, print_table, when  # noqa: PLC0415 - heavy

    columns = (
        Column("id", right=True), Column("file"), Column("kind", rank=1), Column("bytes", rank=2, right=True),
        Column("tags", rank=1, folds=True), Column("added", rank=3), Column("used by", rank=1),
        Column("used", rank=2),
    )  # fmt: skip
    rows = (
        (
            file["id"],
            file["path"],
            file["kind"],
            file["size"],
            ", ".join(file["tags"]),
            when(file["added_at"]),
            file["used_by"] or "",
            when(file["used_at"]),
        )
        for file in found
    )
    print_table(out(), "Media", columns, rows, empty=tr("The library is empty."))
