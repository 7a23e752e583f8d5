"""Finds what a joined host asks for by a name, and gives it by the hash of its content: media, and APKs."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel

from phonefleet.apks.library import ApkLibrary
from phonefleet.apks.manifest import ApkRefused
from phonefleet.media import MediaFolders, MediaRefused
from phonefleet.media.digests import digest_of
from phonefleet.settings import Settings

MOST_ENTRIES: Final = 10_000
"""So many files of a folder are shown, by name."""


class MediaNamed(BaseModel):
    """A file by its content, or a folder with the full name of each file in it and in its folders by account."""

    kind: Literal["file", "folder"]
    sha256: str = ""
    size: int = 0
    entries: dict[str, str] = {}


class ApkNamed(BaseModel):
    """An APK of the library, and the name of its file there."""

    sha256: str
    size: int
    file: str


def media_named(settings: Settings, name: str) -> MediaNamed | None:
    """Return what a request means by a name; None for what it may not name, or what is not there."""
    try:
        found = MediaFolders.of(settings).find(name)
        if found.is_dir():
            return MediaNamed(kind="folder", entries=_entries(found))
        return MediaNamed(kind="file", sha256=digest_of(found), size=found.stat().st_size)
    except (MediaRefused, OSError):
        return None


def media_content(settings: Settings, name: str, sha256: str) -> Path | None:
    """Return the file of a name, if it has this content."""
    named = media_named(settings, name)
    if named is None or named.sha256 != sha256:
        return None
    return MediaFolders.of(settings).find(name)


def apk_named(settings: Settings, name: str) -> ApkNamed | None:
    """Return the APK that a name means; None if it means none, or several."""
    try:
        apk = ApkLibrary.of(settings).find(name)
    except ApkRefused:
        return None
    return ApkNamed(sha256=apk.sha256, size=apk.size, file=apk.path.name)


def apk_content(settings: Settings, sha256: str) -> Path | None:
    """Return the file of an APK that is whole."""
    library = ApkLibrary.of(settings)
    try:
        return library.whole(library.find(sha256))
    except ApkRefused:
        return None


def _entries(folder: Path) -> dict[str, str]:
    """Return the full name of each file, by its place in the folder."""
    own = [path for path in sorted(folder.iterdir()) if path.name.startswith("@") and path.is_dir()]
    files = (path for place in (folder, *own) for path in sorted(place.iterdir()) if path.is_file())
    named = {path.relative_to(folder).as_posix(): str(path) for path in files if not path.name.startswith(".")}
    return dict(list(named.items())[:MOST_ENTRIES])
