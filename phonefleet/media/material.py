"""Which files a task publishes: all that its request allows, and from them those whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from phonefleet.ledger.targets.uses import ChosenFile
from phonefleet.media.digests import digest_of
from phonefleet.media.folders import MediaFolders
from phonefleet.media.kinds import MediaKind, MediaRefused
from phonefleet.scripts.post import PostConfig
from phonefleet.words import say

_SUFFIXES: dict[MediaKind, frozenset[str]] = {
    "image": frozenset({".jpg", ".jpeg", ".png", ".webp"}),
    "video": frozenset({".mp4", ".m4v", ".mov"}),
}


_AT_ONCE = 50
"""How many files are looked at before it is asked which of them are free."""


@dataclass(frozen=True, slots=True)
class MaterialWanted:
    """What a request says about its material: `count` files a post, of a kind, and where they come from.

    Files that are named win; else the files of a folder, by name; else those of the library with all of the tags.
    """

    kind: MediaKind
    count: int = 1
    files: Sequence[str] = ()
    source: Literal["materialLibrary", "localFolder"] = "materialLibrary"
    folder: str = ""
    tags: Sequence[str] = ()
    reuse: Literal["never", "always"] | int = "always"

    @property
    def field(self) -> str:
        """The field of the request that says where the material is."""
        if self.files:
            return "material_list"
        return "material_path" if self.source == "localFolder" else "materials_tags"


def material_wanted(config: PostConfig) -> MaterialWanted:
    """Return what a configuration says about its material."""
    return MaterialWanted(
        kind="image" if config.content_type else "video",
        count=config.image_count if config.content_type else 1,
        files=config.material_list,
        source=config.material_source,
        folder=config.material_path,
        tags=config.materials_tags,
        reuse=config.reuse or "always",
    )


def used_since(wanted: MaterialWanted, now: datetime) -> datetime | None:
    """Return since when a file must not have been published; None where it must never have been."""
    return now - timedelta(days=wanted.reuse) if isinstance(wanted.reuse, int) else None


Library = Callable[[MediaKind, Sequence[str]], Sequence[str]]
"""Returns the paths, relative to the library's folder, of the files of a kind that have all of the tags."""

Free = Callable[[Sequence[str]], Collection[str]]
"""Returns those of some digests whose content may be published now."""


def allowed(wanted: MaterialWanted, folders: MediaFolders, library: Library) -> list[str]:
    """Return everything that may be published, in order, as a request would name it.

    Raises:
        MediaRefused: a file or the folder is not ours to read, or there are too few files for one post.

    """
    found = _allowed(wanted, folders, library)
    if len(found) < wanted.count:
        message = say(
            "media.holds_kind_post_needs",
            "{place} holds {number} of the kind {kind}; a post needs {number2}",
            place=_place(wanted),
            number=len(found),
            kind=wanted.kind,
            number2=wanted.count,
        )
        raise MediaRefused(message)
    return found


def turn(found: Sequence[str], ordinal: int, count: int) -> list[str]:
    """Return the files of the task with this place in its request; none comes twice before all others have come."""
    start = ordinal * count
    return [found[(start + step) % len(found)] for step in range(count)]


def unused(  # noqa: PLR0913 - each says one thing about where the files are
    wanted: MaterialWanted,
    found: Sequence[str],
    folders: MediaFolders,
    free: Free,
    tasks: int = 1,
    *,
    reserved: int = 0,
    known: Mapping[str, str] | None = None,
) -> list[ChosenFile]:
    """Return the first files that may be published now, as many as so many tasks need; the same content comes once.

    As many as are `reserved` will be taken by others. `known` has the digests of files that need not be read.

    Raises:
        MediaRefused: there are fewer; it says how many are left.

    """
    need = wanted.count * tasks
    left: dict[str, ChosenFile] = {}
    for batch in _batches([*found]):
        files = [ChosenFile(name, (known or {}).get(name) or digest_of(folders.find(name))) for name in batch]
        allowed_now = free([file.sha256 for file in files])
        for file in files:
            if file.sha256 in allowed_now:
                left.setdefault(file.sha256, file)
        if len(left) >= need + reserved:
            return [*left.values()][:need]
    whose = (
        say("media.post_needs", "a post needs")
        if tasks == 1
        else say("media.posts_need", "{tasks} posts need", tasks=tasks)
    )
    others = (
        say("media.tasks_wait_will_take_them", ", and tasks that wait will take {reserved} of them", reserved=reserved)
        if reserved
        else ""
    )
    number = say(
        "media.unused_kind",
        "{number} unused of the kind {kind}, of {number2}{others}",
        number=len(left),
        kind=wanted.kind,
        number2=len(found),
        others=others,
    )
    message = say(
        "media.holds",
        "{place} holds {number}; {whose} {need}",
        place=_place(wanted),
        number=number,
        whose=whose,
        need=need,
    )
    raise MediaRefused(message)


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))


def _allowed(wanted: MaterialWanted, folders: MediaFolders, library: Library) -> list[str]:
    if wanted.files:
        for name in wanted.files:
            folders.find(name)
        return list(wanted.files)
    if wanted.source == "localFolder":
        return [str(path) for path in _in_folder(folders.find(wanted.folder), wanted.kind)]
    return list(library(wanted.kind, wanted.tags))


def _in_folder(folder: Path, kind: MediaKind) -> list[Path]:
    if not folder.is_dir():
        message = say(
            "media.file_material_path_names_folder",
            "{folder} is a file: material_path names a folder",
            folder=folder.name,
        )
        raise MediaRefused(message)
    files = (path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES[kind] and path.name[0] != ".")
    return sorted(path for path in files if path.is_file())


def _place(wanted: MaterialWanted) -> str:
    if wanted.files:
        return "material_list"
    if wanted.source == "localFolder":
        return say("media.folder", "the folder {folder}", folder=wanted.folder)
    tags = say("media.tags", " with the tags {tags}", tags=", ".join(wanted.tags)) if wanted.tags else ""
    return say("media.media_library", "the media library{tags}", tags=tags)
