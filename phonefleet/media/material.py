"""Which files a task publishes: all that its request allows, and from them those whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from phonefleet.media.folders import MediaFolders
from phonefleet.media.kinds import MediaKind, MediaRefused
from phonefleet.scripts.post import PostConfig

_SUFFIXES: dict[MediaKind, frozenset[str]] = {
    "image": frozenset({".jpg", ".jpeg", ".png", ".webp"}),
    "video": frozenset({".mp4", ".m4v", ".mov"}),
}


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
    )


Library = Callable[[MediaKind, Sequence[str]], Sequence[str]]
"""Returns the paths, relative to the library's folder, of the files of a kind that have all of the tags."""


def allowed(wanted: MaterialWanted, folders: MediaFolders, library: Library) -> list[str]:
    """Return everything that may be published, in order, as a request would name it.

    Raises:
        MediaRefused: a file or the folder is not ours to read, or there are too few files for one post.

    """
    found = _allowed(wanted, folders, library)
    if len(found) < wanted.count:
        message = f"{_place(wanted)} holds {len(found)} of the kind {wanted.kind}; a post needs {wanted.count}"
        raise MediaRefused(message)
    return found


def turn(found: Sequence[str], ordinal: int, count: int) -> list[str]:
    """Return the files of the task with this place in its request; none comes twice before all others have come."""
    start = ordinal * count
    return [found[(start + step) % len(found)] for step in range(count)]


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
        message = f"{folder.name} is a file: material_path names a folder"
        raise MediaRefused(message)
    files = (path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES[kind] and path.name[0] != ".")
    return sorted(path for path in files if path.is_file())


def _place(wanted: MaterialWanted) -> str:
    if wanted.files:
        return "material_list"
    if wanted.source == "localFolder":
        return f"the folder {wanted.folder}"
    tags = f" with the tags {', '.join(wanted.tags)}" if wanted.tags else ""
    return f"the media library{tags}"
