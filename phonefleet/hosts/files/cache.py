"""A cache of files by the hash of their content, with a limit: what was not used for the longest goes first.

It does not know where contents come from, nor what they are. A file is in it whole or not at all, whatever was killed
when; one that was changed on the disk is fetched anew.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from phonefleet.clock import Clock
from phonefleet.errors import LinkLost, Permanent
from phonefleet.media.digests import digest_of
from phonefleet.media.kinds import MediaRefused
from phonefleet.words import say

_INCOMING: Final = ".incoming-"
_STORED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,240}")
"""The names of its files; what begins with a dot is none of them."""
_IN_USE: Final = timedelta(minutes=10)
"""What was asked for so short a while ago may still be on its way to a phone."""


class TooLargeForCache(Permanent):
    """The file does not fit into the cache of this host."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is wanted: the SHA-256 of a content in hexadecimal, its size in bytes, and the name of its file here.

    Raises:
        ValueError: the name is none for a file of the cache.

    """

    sha256: str
    size: int
    name: str

    def __post_init__(self) -> None:
        if not _STORED.fullmatch(self.name):
            raise ValueError(self.name)


class ContentCache:
    """The cache in a folder, of `limit` bytes. Thread-safe: a content that several want at once is fetched once.

    path = cache.path(Content(sha256, 120_000, f"{sha256}.jpg"), lambda file: file.write(download()))
    """

    def __init__(self, folder: Path, limit: int, clock: Clock) -> None:
        self._folder, self._limit, self._clock = folder, limit, clock
        self._lock = threading.Lock()
        self._one_at_a_time: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        for left in folder.glob(f"{_INCOMING}*"):
            left.unlink(missing_ok=True)

    def path(self, wanted: Content, fetch: Callable[[BinaryIO], object]) -> Path:
        """Return the file of a content; `fetch` writes it where the cache does not have it.

        Raises:
            TooLargeForCache: it is larger than the whole cache may be.
            LinkLost: another content came than the one that is wanted.

        """
        with self._lock:
            turn = self._one_at_a_time[wanted.name]
        with turn:
            path = self._folder / wanted.name
            if not _is_whole(path, wanted.sha256):
                self._make_room(wanted)
                self._fetch(wanted, path, fetch)
            self._used(path)
            return path

    def size(self) -> int:
        """Return how many bytes are in it."""
        return sum(size for _, size, _ in self._files())

    def _fetch(self, wanted: Content, path: Path, fetch: Callable[[BinaryIO], object]) -> None:
        incoming = self._folder / f"{_INCOMING}{uuid4().hex}"
        try:
            with incoming.open("wb") as file:
                fetch(file)
                file.flush()
                os.fsync(file.fileno())
            with incoming.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != wanted.sha256:
                message = say(
                    "hosts.another_content",
                    "another content came from the main host than the one that was asked for",
                )
                raise LinkLost(message)
            incoming.replace(path)
        finally:
            incoming.unlink(missing_ok=True)

    def _make_room(self, wanted: Content) -> None:
        """Remove what was not used for the longest, until there is room."""
        if wanted.size > self._limit:
            message = say(
                "hosts.too_large_for_cache",
                "The file has {size} bytes, and the cache of this host at most {limit}: raise "
                "PHONEFLEET_HOST_CACHE_LIMIT there",
                size=wanted.size,
                limit=self._limit,
            )
            raise TooLargeForCache(message)
        with self._lock:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            files = sorted(self._files())
            left = sum(size for _, size, _ in files) + wanted.size - self._limit
            unused = self._clock.now().timestamp() - _IN_USE.total_seconds()
            for used, size, path in files:
                if left <= 0 or used > unused:
                    break
                path.unlink(missing_ok=True)
                left -= size

    def _files(self) -> list[tuple[float, int, Path]]:
        """Return when each file was used last, its size, and its path."""
        found: list[tuple[float, int, Path]] = []
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                with suppress(FileNotFoundError):
                    if _STORED.fullmatch(path.name):
                        status = path.stat()
                        found.append((status.st_atime, status.st_size, path))
        return found

    def _used(self, path: Path) -> None:
        """Note that a file is used now, as the time of its last access; whether the disk keeps that itself or not."""
        os.utime(path, (self._clock.now().timestamp(), path.stat().st_mtime))


def _is_whole(path: Path, sha256: str) -> bool:
    """Tell whether a file is there and holds what its name says; it is read once, until it changes."""
    with suppress(MediaRefused):
        return path.is_file() and digest_of(path) == sha256
    return False
