"""How much room a disk has, and why no new work starts when it is nearly full. It knows nothing of tasks."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Final

from phonefleet.words import say

_MEGA = 1_000_000
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def nearest_folder(path: Path) -> Path | None:
    """Return a folder, or while it does not exist the one that it will be in; None if nothing of it exists."""
    return next((each for each in (path, *path.absolute().parents) if each.exists()), None)


def is_full_error(error: BaseException | None) -> bool:
    """Tell whether an error, or one that led to it, says that a disk is full or a quota used up."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def free_bytes(folder: Path) -> int | None:
    """Return how many bytes are free on the disk of a folder, or of the one that it will be in; None if unknown."""
    existing = nearest_folder(folder)
    try:
        return None if existing is None else shutil.disk_usage(existing).free
    except OSError:
        return None


def why_full(folder: Path, least: int) -> str | None:
    """Return a sentence when less than `least` bytes are free on the disk of a folder; None while there is room."""
    free = free_bytes(folder)
    if free is None or free >= least:
        return None
    room = say(
        "disk.only_mb_free_disk", "only {free} MB are free on the disk of {folder}", free=free // _MEGA, folder=folder
    )
    return say(
        "disk.tasks_wait_until_mb_again",
        "{room}: tasks wait until there are {least} MB again",
        room=room,
        least=least // _MEGA,
    )
