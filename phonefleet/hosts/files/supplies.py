"""Brings what the main host has to a joined one: media and APKs, each content once, into caches with a limit.

A file that a request names is asked for by its name, and fetched by the hash of its content. A folder is shown here as
a folder of notes, each with the name of one file there: whoever opens a file of it gets the file itself.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Final, Protocol, cast
from uuid import uuid4

from phonefleet.apks.library import ApkLibrary
from phonefleet.apks.manifest import ApkRefused
from phonefleet.clock import Clock
from phonefleet.errors import LinkLost
from phonefleet.hosts.files.cache import Content, ContentCache
from phonefleet.media import MediaFolders, MediaRefused
from phonefleet.patience import patience_here
from phonefleet.settings import Settings
from phonefleet.words import Message, say

_LONGEST_SUFFIX: Final = 8
_REPLACING: Final = threading.Lock()


class MainFiles(Protocol):
    """The files of the main host. All methods raise `Outage` while it is away."""

    def ask(self, path: str, query: Mapping[str, object]) -> dict[str, Any] | None:
        """Return an answer's data, None where there is no such thing."""
        ...

    def download(self, path: str, query: Mapping[str, object], into: BinaryIO) -> bool:
        """Write a content into a file; False where there is no such thing."""
        ...


@dataclass(frozen=True, slots=True)
class Supplies:
    """The media and APKs of the main host, for the runs of a joined one. Thread-safe."""

    main: MainFiles
    settings: Settings
    media_cache: ContentCache
    apk_cache: ContentCache

    @classmethod
    def of(cls, main: MainFiles, settings: Settings, clock: Clock) -> Supplies:
        """Return the supplies of an installation."""
        limit = settings.host_cache_limit
        media, apks = _cache(settings) / "media", _cache(settings) / "apks"
        return cls(main, settings, ContentCache(media, limit, clock), ContentCache(apks, limit, clock))

    @property
    def media(self) -> MediaFolders:
        """The folders whose files requests may name: the main host's, and those of this one's settings."""
        own = MediaFolders.of(self.settings)
        return MediaFolders(own.library, own.others, self._media)

    @property
    def apks(self) -> ApkLibrary:
        """The library of APKs."""
        return ApkLibrary(_cache(self.settings) / "apks", self.settings.media_largest, self._apk)

    def _media(self, name: str) -> Path | None:
        """Return where a file or folder of the main host is here; None where it has none of this name."""
        path = Path(name)
        if path.is_relative_to(self._folders()) and ".." not in path.parts:
            return path if path.is_dir() else self._media(_note(path))
        found = self._asked("/host/media", name)
        if found is None:
            return None
        return self._file(found, name) if found["kind"] == "file" else self._folder(name, found["entries"])

    def _file(self, found: Mapping[str, Any], name: str) -> Path:
        suffix = PurePath(name.replace("\\", "/")).suffix.lower()
        plain = suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= _LONGEST_SUFFIX
        content = _content(found, str(found["sha256"]) + (suffix if plain else ""))

        def fetch(into: BinaryIO) -> None:
            path, query = f"/host/media/{content.sha256}", {"name": name}
            if not patience_here().outlast(lambda: self._into(into, path, query)):
                raise MediaRefused(_changed(name))

        return self.media_cache.path(content, fetch)

    def _folder(self, name: str, entries: Mapping[str, str]) -> Path:
        """Return a folder of notes that shows one of the main host; it is replaced as a whole."""
        place = self._folders() / hashlib.sha256(name.encode()).hexdigest()[:32]
        fresh, old = (place.with_name(f".{uuid4().hex}") for _ in range(2))
        fresh.mkdir(mode=0o700, parents=True)
        for inside, named in entries.items():
            note = fresh / _inside(inside)
            note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            note.write_text(named, encoding="utf-8")
        with _REPLACING:
            if place.exists():
                place.rename(old)
            fresh.rename(place)
        shutil.rmtree(old, ignore_errors=True)
        return place

    def _folders(self) -> Path:
        return _cache(self.settings) / "folders"

    def _apk(self, name: str) -> None:
        found = self._asked("/host/apks", name)
        if found is None:
            message = say("apks.none_named", "the library has no APK named {name!r}", name=name[:100])
            raise ApkRefused(message)
        content = _content(found, str(found["file"]))

        def fetch(into: BinaryIO) -> None:
            if not patience_here().outlast(lambda: self._into(into, f"/host/apks/{content.sha256}", {})):
                message = say("apks.none_named", "the library has no APK named {name!r}", name=name[:100])
                raise ApkRefused(message)

        self.apk_cache.path(content, fetch)

    def _asked(self, path: str, name: str) -> dict[str, Any] | None:
        return patience_here().outlast(lambda: self.main.ask(path, {"name": name}))

    def _into(self, into: BinaryIO, path: str, query: Mapping[str, object]) -> bool:
        """Write a content into a file from its beginning, because the last try may have written a part."""
        into.seek(0)
        into.truncate()
        return self.main.download(path, query, into)


def _cache(settings: Settings) -> Path:
    return settings.home.absolute() / "cache"


def _note(path: Path) -> str:
    """Return the name on the main host of a file of a folder of notes. Raises `MediaRefused`."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        message = say("hosts.note_gone", "{file} is not there any more", file=path.name)
        raise MediaRefused(message) from error


def _changed(name: str) -> Message:
    return say("hosts.media_changed", "{name!r} was changed on the main host meanwhile, or is gone", name=name[:200])


def _content(found: Mapping[str, Any], name: str) -> Content:
    """Return what the main host says of a content. Raises `LinkLost` where it says nonsense."""
    try:
        return Content(str(found["sha256"]), int(cast("int", found["size"])), name)
    except (KeyError, ValueError) as error:
        message = say("hosts.unclear_answer", "the main host gave no clear answer")
        raise LinkLost(message) from error


def _inside(name: str) -> PurePath:
    """Return the place of a file in its folder. Raises `LinkLost` for one that leads out."""
    place = PurePath(name)
    if place.is_absolute() or ".." in place.parts or not place.parts:
        message = say("hosts.unclear_answer", "the main host gave no clear answer")
        raise LinkLost(message)
    return place
