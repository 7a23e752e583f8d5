"""Looks at the files that a request names before it becomes tasks: they must be there, ours to read, and fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from api.answers.envelope import invalid
from api.resources import Resources
from api.tasks.sounds import sound_problem
from phonefleet.ledger.targets.materials import MaterialFilter
from phonefleet.ledger.targets.uses import Waiting
from phonefleet.media import MediaFolders, MediaRefused, inspect
from phonefleet.media.material import MaterialWanted, allowed, material_wanted, turn, unused, used_since
from phonefleet.media.own_folders import SoundUnnamed, is_by_account, material_of
from phonefleet.scripts.fields import is_address
from phonefleet.scripts.post import PostConfig
from phonefleet.scripts.script import Picture, ScriptConfig
from phonefleet.words import say

_MOST_LOOKED_AT = 500
"""How many files one request has looked into; the phones' turn looks at each again."""


_MOST_TOLD = 100
"""How many reasons an answer gives, where each of thousands of accounts may have its own."""

Accounts = Sequence[str | None]
"""The account of each task of a target; None where the phone's active one acts, which nobody knows yet."""


def refuse_material(resources: Resources, app: str, configs: Sequence[ScriptConfig], accounts: Accounts) -> None:
    """See that the files of a request can be published. Raises `Problem` that names the file and the reason."""
    if errors := list(islice(_errors(resources, app, configs, accounts), _MOST_TOLD)):
        raise invalid(*errors)


def _errors(
    resources: Resources, app: str, configs: Sequence[ScriptConfig], accounts: Accounts
) -> Iterator[tuple[str, str]]:
    folders = MediaFolders.of(resources.settings)
    for config in configs:
        if isinstance(config, PostConfig):
            yield from _by_account(resources, app, folders, config, accounts)
    for picture in dict.fromkeys(picture for config in configs for picture in config.pictures()):
        yield from _picture_errors(resources, folders, picture)


def _by_account(
    resources: Resources, app: str, folders: MediaFolders, config: PostConfig, accounts: Accounts
) -> Iterator[tuple[str, str]]:
    try:
        if not is_by_account(config, folders):
            meant, waiting = material_of(config, None, folders).config, Waiting(_material_fields(config))
            yield from _post_errors(resources, folders, meant, len(accounts), waiting)
            return
    except SoundUnnamed as error:
        yield "script_config.sound_name", error.message
        return
    except MediaRefused as error:
        yield f"script_config.{material_wanted(config).field}", error.message
        return
    for account, tasks in Counter(name for name in accounts if name is not None).items():
        yield from _own_errors(resources, app, folders, config, (account, tasks))


def _own_errors(
    resources: Resources, app: str, folders: MediaFolders, config: PostConfig, who: tuple[str, int]
) -> Iterator[tuple[str, str]]:
    """Tell what is against the folder of an account, which is named with its number of tasks."""
    account, tasks = who
    try:
        own = material_of(config, account, folders)
    except SoundUnnamed as error:
        yield (
            "script_config.sound_name",
            say("tasks.of_account", "{why} @{account}", why=error.message, account=account),
        )
        return
    except MediaRefused as error:
        yield "script_config.material_path", error.message
        return
    for address in filter(is_address, own.sounds):
        if problem := sound_problem(resources, app, address):
            yield (
                "script_config.material_path",
                say(
                    "tasks.sounds",
                    "sounds of @{account}: {address} {problem}",
                    account=account,
                    address=address,
                    problem=problem,
                ),
            )
    waiting = Waiting(_material_fields(config), "never", account)
    yield from _post_errors(resources, folders, own.config, tasks, waiting)


def _material_fields(config: PostConfig) -> dict[str, object]:
    """Return the fields that say where material comes from, as the ledger stores them."""
    names = ("content_type", "material_list", "material_source", "material_path", "materials_tags")
    stored = config.stored()
    return {name: stored[name] for name in names}


def _post_errors(
    resources: Resources, folders: MediaFolders, config: PostConfig, seats: int, waiting: Waiting
) -> Iterator[tuple[str, str]]:
    wanted = material_wanted(config)
    library = resources.ledger.materials
    try:
        found = allowed(
            wanted, folders, lambda kind, tags: [each.path for each in library.all(MaterialFilter(kind, tags))]
        )
        for name in _next(resources, folders, wanted, found, seats, waiting)[:_MOST_LOOKED_AT]:
            inspect(folders.find(name), resources.settings.media_largest, kind=wanted.kind, whole=False)
    except MediaRefused as error:
        yield f"script_config.{wanted.field}", error.message


def _next(  # noqa: PLR0913, PLR0917 - each says one thing about who takes what
    resources: Resources,
    folders: MediaFolders,
    wanted: MaterialWanted,
    found: Sequence[str],
    seats: int,
    waiting: Waiting,
) -> list[str]:
    """Return the files that the tasks of the request will use, each once. Raises `MediaRefused` if they are too few."""
    if wanted.reuse == "always":
        return [*dict.fromkeys(name for place in range(seats) for name in turn(found, place, wanted.count))]
    uses, since = resources.ledger.material_uses, used_since(wanted, resources.clock.now())
    files = unused(
        wanted,
        found,
        folders,
        lambda digests: uses.free(digests, since),
        seats,
        reserved=uses.awaited(waiting),
        known=resources.ledger.materials.digests(wanted.kind),
    )
    return [file.path for file in files]


def _picture_errors(resources: Resources, folders: MediaFolders, picture: Picture) -> Iterator[tuple[str, str]]:
    try:
        path: Path = folders.find(picture.path)
        if not picture.may_be_folder or path.is_file():  # of a folder, the phone's turn takes one
            inspect(path, resources.settings.media_largest, kind="image", whole=False)
    except MediaRefused as error:
        yield f"script_config.{picture.field}", error.message
