"""Looks at the files that a request names before it becomes tasks: they must be there, ours to read, and fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from api.answers.envelope import invalid
from api.resources import Resources
from phonefleet.ledger.targets.materials import MaterialFilter
from phonefleet.media import MediaFolders, MediaRefused, inspect
from phonefleet.media.material import MaterialWanted, allowed, material_wanted, turn, unused, used_since
from phonefleet.scripts.post import PostConfig
from phonefleet.scripts.script import Picture, ScriptConfig

_MOST_LOOKED_AT = 500
"""How many files one request has looked into; the phones' turn looks at each again."""


def refuse_material(resources: Resources, configs: Sequence[ScriptConfig], seats: int) -> None:
    """See that the files of a request can be published. Raises `Problem` that names the file and the reason."""
    if errors := list(_errors(resources, configs, seats)):
        raise invalid(*errors)


def _errors(resources: Resources, configs: Sequence[ScriptConfig], seats: int) -> Iterator[tuple[str, str]]:
    folders = MediaFolders.of(resources.settings)
    for config in configs:
        if isinstance(config, PostConfig):
            yield from _post_errors(resources, folders, config, seats)
    for picture in dict.fromkeys(picture for config in configs for picture in config.pictures()):
        yield from _picture_errors(resources, folders, picture)


def _post_errors(
    resources: Resources, folders: MediaFolders, config: PostConfig, seats: int
) -> Iterator[tuple[str, str]]:
    wanted = material_wanted(config)
    library = resources.ledger.materials
    try:
        found = allowed(
            wanted, folders, lambda kind, tags: [each.path for each in library.all(MaterialFilter(kind, tags))]
        )
        for name in _next(resources, folders, wanted, found, seats)[:_MOST_LOOKED_AT]:
            inspect(folders.find(name), resources.settings.media_largest, kind=wanted.kind, whole=False)
    except MediaRefused as error:
        yield f"script_config.{wanted.field}", error.message


def _next(
    resources: Resources, folders: MediaFolders, wanted: MaterialWanted, found: Sequence[str], seats: int
) -> list[str]:
    """Return the files that the tasks of the request will use, each once. Raises `MediaRefused` if they are too few."""
    if wanted.reuse == "always":
        return [*dict.fromkeys(name for place in range(seats) for name in turn(found, place, wanted.count))]
    uses, since = resources.ledger.material_uses, used_since(wanted, resources.clock.now())
    known = resources.ledger.materials.digests(wanted.kind)
    files = unused(wanted, found, folders, lambda digests: uses.free(digests, since), seats, known=known)
    return [file.path for file in files]


def _picture_errors(resources: Resources, folders: MediaFolders, picture: Picture) -> Iterator[tuple[str, str]]:
    try:
        path: Path = folders.find(picture.path)
        if not picture.may_be_folder or path.is_file():  # of a folder, the phone's turn takes one
            inspect(path, resources.settings.media_largest, kind="image", whole=False)
    except MediaRefused as error:
        yield f"script_config.{picture.field}", error.message
