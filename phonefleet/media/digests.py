"""The SHA-256 of files: by it a file is known again, whatever it is called."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from phonefleet.media.kinds import MediaRefused
from phonefleet.words import say

_REMEMBERED = 100_000


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal digits; it is read once, until the file changes.

    Raises:
        MediaRefused: it cannot be read.

    """
    try:
        status = path.stat()
        return _digest(path, status.st_mtime_ns, status.st_size, status.st_ino)
    except OSError as error:
        message = say("media.cannot_read", "{path} cannot be read: {strerror}", path=path.name, strerror=error.strerror)
        raise MediaRefused(message) from error


@lru_cache(maxsize=_REMEMBERED)
def _digest(path: Path, _modified: int, _size: int, _inode: int) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
