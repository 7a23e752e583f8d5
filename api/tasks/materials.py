"""Looks at the files that a request names before it becomes tasks: they must be there, ours to read, and fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.answers.envelope import invalid
from api.resources import Resources
from phonefleet.ledger.targets.materials import MaterialFilter
from phonefleet.media import MediaFolders, MediaRefused, inspect
from phonefleet.media.material import allowed, material_wanted, turn
from phonefleet.scripts.post import PostConfig

_COMMENT, _AVATARS = "comment_image_path", "avatars_path"
_MOST_LOOKED_AT = 500
"""How many files one request has looked into; the phones' turn looks at each again."""


def refuse_material(resources: Resources, script: str, configs: Sequence[Mapping[str, Any]], seats: int) -> None:
    """See that the files of a request can be published. Raises `Problem` that names the file and the reason."""
    if errors := list(_errors(resources, script, configs, seats)):
        raise invalid(*errors)


def _errors(
    resources: Resources, script: str, configs: Sequence[Mapping[str, Any]], seats: int
) -> Iterator[tuple[str, str]]:
    folders = MediaFolders.of(resources.settings)
    if script == "post":
        for config in configs:
            yield from _post_errors(resources, folders, PostConfig.model_validate(config), seats)
    pictures = dict.fromkeys(picture for config in configs for picture in _pictures(config))
    for field, named in pictures:
        yield from _picture_errors(resources, folders, field, named)


def _pictures(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the pictures that a configuration names, each with its field."""
    for field in (_COMMENT, _AVATARS):
        if config.get(field):
            yield field, str(config[field])
    settings: Mapping[str, Any] = config.get("commentSettings") or {}
    if named := settings.get(_COMMENT):
        yield f"commentSettings.{_COMMENT}", str(named)


def _post_errors(
    resources: Resources, folders: MediaFolders, config: PostConfig, seats: int
) -> Iterator[tuple[str, str]]:
    wanted = material_wanted(config)
    library = resources.ledger.materials
    try:
        found = allowed(
            wanted, folders, lambda kind, tags: [each.path for each in library.all(MaterialFilter(kind, tags))]
        )
        used = dict.fromkeys(name for place in range(seats) for name in turn(found, place, wanted.count))
        for name in list(used)[:_MOST_LOOKED_AT]:
            inspect(folders.find(name), resources.settings.media_largest, kind=wanted.kind, whole=False)
    except MediaRefused as error:
        yield f"script_config.{wanted.field}", error.message


def _picture_errors(resources: Resources, folders: MediaFolders, field: str, named: str) -> Iterator[tuple[str, str]]:
    try:
        path: Path = folders.find(named)
        if field != _AVATARS or path.is_file():  # avatars may be a folder: the phone's turn takes one of it
            inspect(path, resources.settings.media_largest, kind="image", whole=False)
    except MediaRefused as error:
        yield f"script_config.{field}", error.message
