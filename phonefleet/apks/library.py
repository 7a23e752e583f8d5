"""The library of APKs: a folder in which each content is once, under a name that tells its app, version and digest.

The folder is all there is: no list beside it can disagree with it. A name is made here and never taken from outside.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import uuid4

from phonefleet.apks.manifest import ApkManifest, ApkRefused, read_manifest
from phonefleet.media.digests import digest_of
from phonefleet.media.kinds import MediaRefused
from phonefleet.settings import Settings
from phonefleet.words import Message, say

_INCOMING: Final = ".incoming-"
_STORED: Final = re.compile(r"(?P<package>[A-Za-z][A-Za-z0-9_.]*)-(?P<code>\d+)-(?P<digest>[0-9a-f]{64})\.apk")
SHORTEST: Final = 8
"""How many digits of a digest must be given at least."""

_DIGEST: Final = re.compile(rf"[0-9a-f]{{{SHORTEST},64}}")
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Apk:
    """An APK of the library: `size` in bytes, `sha256` in hexadecimal, by which it is known."""

    path: Path
    manifest: ApkManifest
    sha256: str
    size: int
    added_at: datetime


class ApkLibrary:
    """The APKs of a folder, each at most `largest` bytes long.

    library = ApkLibrary.of(settings)
    with library.incoming() as path:
        path.write_bytes(content)
        apk, created = library.take(path, "shop.apk")
    """

    def __init__(self, folder: Path, largest: int, elsewhere: Callable[[str], object] | None = None) -> None:
        """`elsewhere` brings an APK of another host into the folder, before it is looked for there by its name."""
        self._folder, self._largest, self._elsewhere = folder, largest, elsewhere

    @classmethod
    def of(cls, settings: Settings) -> ApkLibrary:
        """Return the library of an installation."""
        return cls(settings.home / "apks", settings.media_largest)

    @contextmanager
    def incoming(self) -> Generator[Path]:
        """Lend the path of a file to write; what was not taken by then is removed.

        Raises:
            ApkRefused: the folder cannot be made.

        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = say(
                "apks.folder_cannot_be_made",
                "The folder {folder} cannot be made: {reason}",
                folder=self._folder,
                reason=error.strerror,
            )
            raise ApkRefused(message) from error
        path = self._folder / f"{_INCOMING}{uuid4().hex}"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def take(self, path: Path, name: str) -> tuple[Apk, bool]:
        """Take a file in and tell whether it is new; one of the same content is there once.

        Raises:
            ApkRefused: it is no APK that can be installed by itself, or too large.

        """
        size = path.stat().st_size if path.is_file() else 0
        if not 0 < size <= self._largest:
            raise ApkRefused(self._of_this_size(name, size))
        manifest = read_manifest(path, name)
        digest = digest_of(path)
        stored = self._folder / f"{manifest.package}-{manifest.version_code}-{digest}.apk"
        created = not stored.exists() or digest_of(stored) != digest  # somebody may have changed it by hand
        if created:
            os.replace(path, stored)  # noqa: PTH105 - atomic, whether or not something is there
        return _apk(stored, digest), created

    def _of_this_size(self, name: str, size: int) -> Message:
        if not size:
            return say("apks.empty", "{name} is empty", name=name)
        return say(
            "apks.too_large", "{name} has {size} bytes; {most} are the most", name=name, size=size, most=self._largest
        )

    def all(self) -> list[Apk]:
        """Return the APKs, by app, the newest version first; a file that is damaged by now is left out."""
        found = (self._listed(path) for path in self._paths())
        known = [apk for apk in found if apk is not None]
        newest = sorted(known, key=lambda apk: (apk.manifest.version_code, apk.added_at), reverse=True)
        return sorted(newest, key=lambda apk: apk.manifest.package)

    def find(self, name: str) -> Apk:
        """Return the one APK that is meant: by its digest or at least 8 digits of it, its file's name, or its package.

        Raises:
            ApkRefused: there is none, or there are several.

        """
        if self._elsewhere is not None:
            self._elsewhere(name)
        found = [path for path in self._paths() if _is_meant(path, name)]
        if len(found) != 1:
            raise ApkRefused(_not_one(found, name))
        return _apk(found[0], _digest(found[0]))

    def whole(self, apk: Apk) -> Path:
        """Return an APK's path, having seen that its content is still what its name says.

        Raises:
            ApkRefused: it was changed or is gone.

        """
        try:
            if digest_of(apk.path) == apk.sha256:
                return apk.path
        except MediaRefused as error:
            raise ApkRefused(error.message) from error
        message = say("apks.changed", "{apk} was changed in the library: add it again", apk=apk.manifest.label)
        raise ApkRefused(message)

    def remove(self, sha256: str) -> bool:
        """Delete the APK with this digest; tell whether it was there."""
        found = [path for path in self._paths() if _digest(path) == sha256]
        for path in found:
            path.unlink(missing_ok=True)
        return bool(found)

    def _paths(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted(path for path in self._folder.iterdir() if _STORED.fullmatch(path.name) and path.is_file())

    def _listed(self, path: Path) -> Apk | None:
        try:
            return _apk(path, _digest(path))
        except (ApkRefused, OSError):
            return None


def _not_one(found: Sequence[Path], name: str) -> Message:
    if not found:
        return say("apks.none_named", "the library has no APK named {name!r}", name=name[:100])
    which = ", ".join(sorted(_digest(path)[:12] for path in found)[:_SHOWN])
    return say(
        "apks.several_named",
        "the library has {number} APKs named {name!r}: name one of {which}",
        number=len(found),
        name=name[:100],
        which=which,
    )


def _digest(path: Path) -> str:
    return path.stem.rpartition("-")[2]


def _is_meant(path: Path, name: str) -> bool:
    if name in {path.name, path.name.split("-")[0]}:
        return True
    return _DIGEST.fullmatch(name.lower()) is not None and _digest(path).startswith(name.lower())


def _apk(path: Path, digest: str) -> Apk:
    status = path.stat()
    manifest = _manifest(path, status.st_mtime_ns, status.st_size, status.st_ino)
    return Apk(path, manifest, digest, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


@lru_cache(maxsize=1000)
def _manifest(path: Path, _modified: int, _size: int, _inode: int) -> ApkManifest:
    return read_manifest(path)
