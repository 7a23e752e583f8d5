"""The data folder is its owner's alone: accounts, pictures of people, keys and logs are nobody else's to read.

Folders have the mode 0700 and files 0600, also where the umask is lax. For root the home itself has 0711: its database
runs as another user, who passes through to a folder of his own and can list nothing on the way.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
"""All rights of the group and of others."""


def keep_to_ourselves() -> None:
    """Let whatever this process and its children make from now on be ours alone."""
    os.umask(OTHERS)


def mend(home: Path, left_alone: Collection[str] = ()) -> int:
    """Take all rights of others in a data folder away, and return how many files and folders had some.

    Entries of the home named in `left_alone` are somebody else's to look after. Links are not followed.
    """
    mended = 0
    for path, rights in open_to_others(home, left_alone):
        path.chmod(rights)
        mended += 1
    return mended


def is_writable_by_others(path: Path) -> bool:
    """Tell whether anybody but us and root may write to a file or folder."""
    if os.name == "nt":  # modes say nothing there
        return False
    found = path.stat()
    return bool(found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)) or found.st_uid not in {0, os.geteuid()}


def open_to_others(home: Path, left_alone: Collection[str] = ()) -> Iterator[tuple[Path, int]]:
    """Yield each file and folder of a data folder that others have rights to, with the mode that it should have."""
    if os.name == "nt" or not home.exists():  # modes say nothing there
        return
    is_root = os.geteuid() == 0
    mode = stat.S_IMODE(home.stat().st_mode)
    wanted = 0o711 if is_root else 0o700
    if mode != wanted:
        yield home, wanted
    with os.scandir(home) as entries:
        below = [Path(entry) for entry in entries if entry.name not in left_alone]
    for path in below:
        yield from _open_below(path)


def reachable_by_others(home: Path, left_alone: Collection[str] = ()) -> list[Path]:
    """Return the files and folders of a data folder that others can get at; what a folder shields is left out.

    A file that all may read is nobody's in a folder that nobody else may enter.
    """
    found = [path for path, _ in open_to_others(home, left_alone)]
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
