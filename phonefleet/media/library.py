"""The media library: a folder of pictures and videos, and the ledger's list of what is in it.

A file comes into the folder before it is listed, and leaves the list before the folder: what is listed is there.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from phonefleet.clock import Clock
from phonefleet.errors import Permanent
from phonefleet.ledger.targets.materials import Material, Materials, NewMaterial
from phonefleet.media.digests import digest_of
from phonefleet.media.kinds import MediaFile, inspect
from phonefleet.media.names import stored_name
from phonefleet.words import say

_INCOMING = ".incoming-"


class LibraryBroken(Permanent):
    """The folder of the media library cannot be written."""


class MediaLibrary:
    """The library in a folder; `largest` is how many bytes a file may have."""

    def __init__(self, folder: Path, materials: Materials, largest: int, clock: Clock) -> None:
        self._folder, self._materials, self._largest, self._clock = folder, materials, largest, clock

    @contextmanager
    def incoming(self) -> Generator[Path]:
        """Lend the path of a file to write; what was not taken by then is removed.

        Raises:
            LibraryBroken: the folder cannot be made.

        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = say(
                "media.folder_cannot_made",
                "The folder {folder} cannot be made: {strerror}",
                folder=self._folder,
                strerror=error.strerror,
            )
            raise LibraryBroken(message) from error
        path = self._folder / f"{_INCOMING}{uuid4().hex}"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def take(self, path: Path, name: str, tags: Sequence[str] = ()) -> tuple[Material, bool]:
        """Take a file in and tell whether it is new; one of the same content gets the tags instead.

        Raises:
            MediaRefused: it is no picture or video that apps take, or too large.

        """
        file = inspect(path, self._largest, name=name)
        digest = digest_of(path)
        new = NewMaterial(
            path=stored_name(name, digest, file.suffix),
            kind=file.kind,
            media_type=file.media_type,
            size=file.size,
            sha256=digest,
            tags=tuple(tags),
        )
        self._place(file, new.path)
        material, created = self._materials.add(new, self._clock.now())
        if not created and material.path != new.path:
            self._place(MediaFile(self._folder / new.path, file.kind, file.media_type, file.suffix, 0), material.path)
        return material, created

    def remove(self, material_id: int) -> bool:
        """Forget a file and delete it; tell whether it was there."""
        material = self._materials.get(material_id)
        if material is None or not self._materials.remove(material_id):
            return False
        with suppress(OSError):  # somebody has deleted it by hand
            (self._folder / material.path).unlink()
        return True

    def _place(self, file: MediaFile, name: str) -> None:
        os.replace(file.path, self._folder / name)  # noqa: PTH105 - atomic, whether or not something is there
