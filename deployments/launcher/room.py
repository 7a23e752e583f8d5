"""How much room a data folder needs on its disk, and the one sentence of a start that finds less.

A full disk shows in many ways: in our own writes, in PostgreSQL's programs, in the logs of parts that end. All of them
become the same `DiskFull`.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from phonefleet.disk import is_full_error, nearest_folder
from phonefleet.errors import Interrupted, Permanent, PhonefleetError
from phonefleet.words import say

NEW: Final = 150_000_000
"""Bytes that a new data folder needs until all is ready: an empty one then has 75 MB, and PostgreSQL needs as much
as two of its 16 MB segments in reserve. Measured; see docs/guide/install.md."""
KNOWN: Final = 40_000_000
"""Bytes that one needs which was used before: two segments of PostgreSQL's write-ahead log, and logs."""
WITHOUT_DATABASE: Final = 10_000_000
"""Bytes that one needs whose database is elsewhere: logs, and Prefect's small files."""
_MEGA: Final = 1_000_000
_SAID: Final = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), "No space left on device", "DiskFull")


class DiskFull(Permanent):
    """There is no room for the data folder."""


def needed(home: Path, *, database_elsewhere: bool) -> int:
    """Return how many bytes must be free on the disk of a data folder for everything to start."""
    if database_elsewhere:
        return WITHOUT_DATABASE
    return KNOWN if (home / "postgres" / "data").exists() else NEW


def check_room(home: Path, least: int) -> None:
    """Refuse to start where there is too little room.

    Raises:
        DiskFull: fewer than `least` bytes are free, or no more files can be made.

    """
    folder = nearest_folder(home)
    if folder is None:
        return
    if _free(folder) < least:
        raise DiskFull(_sentence(home, folder, least))
    if _is_out_of_files(folder):
        raise DiskFull(_out_of_files(home))


@contextmanager
def told_when_full(home: Path, least: int) -> Generator[None]:
    """Tell of whatever fails in the block because a disk is full in one sentence.

    Raises:
        DiskFull: it failed for that reason; anything else is raised as it is.

    """
    try:
        yield
    except Interrupted:
        raise
    except _failures() as error:
        why = _why(home, least, error)
        if why is None:
            raise
        raise DiskFull(why) from error


def _failures() -> tuple[type[Exception], ...]:
    import psycopg  # noqa: PLC0415 - slow to import, and only needed now

    return PhonefleetError, OSError, psycopg.Error


def _why(home: Path, least: int, error: Exception) -> str | None:
    """Return the sentence for an error of a start; None where no disk is full."""
    folder = nearest_folder(home)
    said = is_full_error(error) or any(words in str(error) for words in _SAID)
    if folder is None or not (said or _free(folder) < _MEGA):
        return None
    if _free(folder) < least:
        return _sentence(home, folder, least)
    if _is_out_of_files(folder):
        return _out_of_files(home)
    temporary = Path(tempfile.gettempdir())
    if _free(temporary) < _MEGA:
        return say(
            "launcher.disk_full_programs_need_temporary",
            "The disk of {temporary} is full, which programs need for temporary files: make room there.",
            temporary=temporary,
        )
    return say(
        "launcher.disk_takes_nothing_more_although",
        "The disk of {home} takes nothing more, although {free} MB are free there: the number of "
        "its files (inodes) or a quota of this user is used up. Make room, or choose another "
        "data folder with --home.",
        home=home,
        free=_free(folder) // _MEGA,
    )


def _sentence(home: Path, folder: Path, least: int) -> str:
    total = shutil.disk_usage(folder).total
    return say(
        "launcher.disk_full_mb_mb_free",
        "The disk of {home} is full: {free} MB of {total} MB are free, and a start needs {least} "
        "MB. Make room there, or choose a data folder on another disk with --home.",
        home=home,
        free=_free(folder) // _MEGA,
        total=total // _MEGA,
        least=least // _MEGA,
    )


def _out_of_files(home: Path) -> str:
    return say(
        "launcher.disk_can_hold_no_more",
        "The disk of {home} can hold no more files (all its inodes are used): delete some, or "
        "choose a data folder on another disk with --home.",
        home=home,
    )


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _is_out_of_files(folder: Path) -> bool:
    """Tell whether a file system counts its files and has none left; some, such as Btrfs, do not count."""
    statvfs: Callable[[Path], os.statvfs_result] | None = getattr(os, "statvfs", None)
    if statvfs is None:  # Windows
        return False
    found = statvfs(folder)
    return found.f_files > 0 and found.f_favail == 0
