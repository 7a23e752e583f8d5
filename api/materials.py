"""Looks at the files that a request names before it becomes tasks: they must be there, ours to read, and fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from api.envelope import invalid
from api.facade import Facade
from phonefleet.ledger.materials import MaterialFilter
from phonefleet.media import MediaFolders, MediaRefused, inspect
from phonefleet.media.material import allowed, material_wanted, turn
from phonefleet.scripts.post import PostConfig
from phonefleet.scripts.script import Picture, ScriptConfig

_MOST_LOOKED_AT = 500
"""How many files one request has looked into; the phones' turn looks at each again."""


def refuse_material(facade: Facade, configs: Sequence[ScriptConfig], seats: int) -> None:
    """See that the files of a request can be published. Raises `Problem` that names the file and the reason."""
    if errors := list(_errors(facade, configs, seats)):
        raise invalid(*errors)


def _errors(facade: Facade, configs: Sequence[ScriptConfig], seats: int) -> Iterator[tuple[str, str]]:
    folders = MediaFolders.of(facade.settings)
    for config in configs:
        if isinstance(config, PostConfig):
            yield from _post_errors(facade, folders, config, seats)
    for picture in dict.fromkeys(picture for config in configs for picture in config.pictures()):
        yield from _picture_errors(facade, folders, picture)


def _post_errors(facade: Facade, folders: MediaFolders, config: PostConfig, seats: int) -> Iterator[tuple[str, str]]:
    wanted = material_wanted(config)
    library = facade.ledger.materials
    try:
        found = allowed(
            wanted, folders, lambda kind, tags: [each.path for each in library.all(MaterialFilter(kind, tags))]
        )
        used = dict.fromkeys(name for place in range(seats) for name in turn(found, place, wanted.count))
        for name in list(used)[:_MOST_LOOKED_AT]:
            inspect(folders.find(name), facade.settings.media_largest, kind=wanted.kind, whole=False)
    except MediaRefused as error:
        yield f"script_config.{wanted.field}", error.message


def _picture_errors(facade: Facade, folders: MediaFolders, picture: Picture) -> Iterator[tuple[str, str]]:
    try:
        path: Path = folders.find(picture.path)
        if not picture.may_be_folder or path.is_file():  # of a folder, the phone's turn takes one
            inspect(path, facade.settings.media_largest, kind="image", whole=False)
    except MediaRefused as error:
        yield f"script_config.{picture.field}", error.message
