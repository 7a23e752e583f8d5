"""File permissions of the data folder: only its owner may read accounts, pictures of people, keys and logs.

Folders have mode 0700 and files 0600, whatever the umask was. For root the home itself has 0711: the database runs as
another user, which has to pass through the home to its own folder and can list nothing on the way.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
"""All rights of the group and of others."""


def restrict_umask() -> None:
    """Set the umask, so that files made by this process and its children are readable by the owner only."""
    os.umask(OTHERS)


def remove_rights_of_others(home: Path, exclude: Collection[str] = ()) -> int:
    """Remove the group's and others' permissions in a data folder; return how many files and folders had some.

    Entries of the home named in `exclude` are skipped. Links are not followed.
    """
    mended = 0
    for path, rights in open_to_others(home, exclude):
        path.chmod(rights)
        mended += 1
    return mended


def open_to_others(home: Path, exclude: Collection[str] = ()) -> Iterator[tuple[Path, int]]:
    """Yield each file and folder of a data folder that others have permissions for, with the mode it should have."""
    if os.name == "nt" or not home.exists():  # modes mean nothing there
        return
    is_root = os.geteuid() == 0
    mode = stat.S_IMODE(home.stat().st_mode)
    wanted = 0o711 if is_root else 0o700
    if mode != wanted:
        yield home, wanted
    with os.scandir(home) as entries:
        below = [Path(entry) for entry in entries if entry.name not in exclude]
    for path in below:
        yield from _open_below(path)


def reachable_by_others(home: Path, exclude: Collection[str] = ()) -> list[Path]:
    """Return the files and folders of a data folder that others can really reach.

    One with open permissions is left out if a folder above it cannot be entered by others.
    """
    found = [path for path, _ in open_to_others(home, exclude)]
    return [path for path in found if path == home or all(_may_be_entered(each) for each in _above(path, home))]


def _above(path: Path, home: Path) -> list[Path]:
    parents = list(path.parents)
    return parents[: parents.index(home) + 1]


def _may_be_entered(folder: Path) -> bool:
    return bool(folder.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH))


def _open_below(path: Path) -> Iterator[tuple[Path, int]]:
    try:
        found = path.lstat()
    except FileNotFoundError:  # gone since it was listed
        return
    if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid():
        return
    if found.st_mode & OTHERS:
        yield path, stat.S_IMODE(found.st_mode) & ~OTHERS
    if stat.S_ISDIR(found.st_mode):
        with os.scandir(path) as entries:
            below = [Path(entry) for entry in entries]
        for each in below:
            yield from _open_below(each)
