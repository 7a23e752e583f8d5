"""Android's index of pictures and videos: what a phone's galleries show. It knows a file only once it was scanned."""

from __future__ import annotations

import hashlib
import itertools
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from phonefleet.clock import Clock
from virtual_phones.system.files import FACTORY, FileTree, clean

Kind = Literal["image", "video"]

_OLD_PHOTOS = 4
_KINDS: dict[str, Kind] = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic"), "image"),
    **dict.fromkeys((".mp4", ".mov", ".webm", ".mkv", ".3gp"), "video"),
}
_TABLES: dict[Kind, str] = {"image": "images", "video": "video"}


@dataclass(frozen=True, slots=True)
class MediaItem:
    """A picture or video in the index; `added` is when it was first scanned, in seconds since 1970."""

    id: int
    path: str
    kind: Kind
    added: int
    data: bytes = b""

    @property
    def name(self) -> str:
        """The file's name."""
        return posixpath.basename(self.path)

    @property
    def uri(self) -> str:
        """The address under which other apps are given it."""
        return f"content://media/external/{_TABLES[self.kind]}/media/{self.id}"

    @property
    def digest(self) -> str:
        """The SHA-256 of its content, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@runtime_checkable
class TakesMedia(Protocol):
    """An app that shows the phone's pictures."""

    def use_media(self, media: MediaStore) -> None:
        """Learn where the phone's pictures are; called once, when the app comes onto the phone."""
        ...


@runtime_checkable
class TakesShares(Protocol):
    """An app that takes pictures from others."""

    def take_shared(self, item: MediaItem) -> bool:
        """Show what a SEND intent brings; False when the app does not want it."""
        ...


class MediaStore:
    """The index of one phone, with a few old photos.

    As on old versions of Android, a file that is gone stays until it is scanned again.
    """

    def __init__(self, files: FileTree, clock: Clock, apps: Iterable[object] = ()) -> None:
        self._files, self._clock = files, clock
        self._ids = itertools.count(31)
        self._rows: dict[str, MediaItem] = {}
        for number in range(1, _OLD_PHOTOS + 1):
            self._remember_old_photo(f"/sdcard/DCIM/Camera/IMG_202311{number:02}.jpg")
        for app in apps:
            if isinstance(app, TakesMedia):
                app.use_media(self)

    def scan(self, path: str) -> MediaItem | None:
        """Take note of a file as it is now; return what the index says about it, None when there is nothing."""
        path = clean(path)
        entry, kind = self._files.get(path), kind_of(path)
        if entry is None or entry.is_folder or kind is None or not path.startswith("/sdcard/"):
            self._rows.pop(path, None)
            return None
        known = self._rows.get(path)
        added = known.added if known else int(self._clock.now().timestamp())
        self._rows[path] = MediaItem(known.id if known else next(self._ids), path, kind, added)
        return self._filled(self._rows[path])

    def items(self) -> list[MediaItem]:
        """Return everything in the index, newest first."""
        rows = sorted(self._rows.values(), key=lambda row: (row.added, row.id), reverse=True)
        return [self._filled(row) for row in rows]

    def at(self, uri: str) -> MediaItem | None:
        """Return what a `content://` or `file://` address names, if it is in the index."""
        path = clean(uri.removeprefix("file://"))
        return next((item for item in self.items() if uri == item.uri or path == item.path), None)

    def offer(self, uri: str, app: object) -> bool:
        """Give an app what an address names; False when it does not take it."""
        item = self.at(uri)
        return item is not None and isinstance(app, TakesShares) and app.take_shared(item)

    def _filled(self, row: MediaItem) -> MediaItem:
        entry = self._files.get(row.path)
        return MediaItem(row.id, row.path, row.kind, row.added, entry.data if entry is not None else b"")

    def _remember_old_photo(self, path: str) -> None:
        self._files.write(path, f"an old photo: {path}".encode())
        self._rows[path] = MediaItem(next(self._ids), path, "image", FACTORY)


def kind_of(path: str) -> Kind | None:
    """Return what a file's name says that it is; Android looks at nothing else."""
    return _KINDS.get(posixpath.splitext(path)[1].lower())
