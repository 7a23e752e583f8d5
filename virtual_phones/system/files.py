"""The files of a virtual phone, kept in memory; contents are immutable and can be shared between phones."""

from __future__ import annotations

import posixpath
import stat
from dataclasses import dataclass

DIRECTORY = stat.S_IFDIR | 0o771
REGULAR = stat.S_IFREG
FACTORY = 1_700_000_000
"""When everything on a new phone was written, in seconds since 1970."""

_FOLDERS = (
    "/", "/apex", "/cache", "/data", "/data/app", "/data/data", "/data/local", "/data/local/tmp", "/dev", "/proc",
    "/sdcard", "/sdcard/Android", "/sdcard/DCIM", "/sdcard/DCIM/Camera", "/sdcard/Download", "/sdcard/Movies",
    "/sdcard/Music", "/sdcard/Pictures", "/storage", "/storage/emulated", "/sys", "/system", "/system/bin", "/vendor",
)  # fmt: skip
_LINKS = (("/storage/emulated/0", "/sdcard"), ("/mnt/sdcard", "/sdcard"), ("/storage/self/primary", "/sdcard"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a folder: `mode` as in stat(2), `modified` in seconds since 1970."""

    mode: int
    data: bytes = b""
    modified: int = FACTORY

    @property
    def is_folder(self) -> bool:
        """Whether it holds other entries."""
        return stat.S_ISDIR(self.mode)


class FileTree:
    """Files and folders by absolute path; `/storage/emulated/0` is another name of `/sdcard`."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {folder: Entry(DIRECTORY) for folder in _FOLDERS}

    def get(self, path: str) -> Entry | None:
        """Return what is at the path, if anything."""
        return self._entries.get(clean(path))

    def write(self, path: str, data: bytes, mode: int = 0o644, modified: int = FACTORY) -> None:
        """Write a file and make the folders that it needs, as adb push does.

        Raises:
            OSError: the path is a folder, or a file stands where a folder is needed.

        """
        path = clean(path)
        if (there := self._entries.get(path)) and there.is_folder:
            message = "Is a directory"
            raise IsADirectoryError(message)
        self.make_folder(posixpath.dirname(path))
        self._entries[path] = Entry(REGULAR | (mode & 0o7777), data, modified)

    def make_folder(self, path: str) -> None:
        """Make a folder with all its parents; an existing one stays.

        Raises:
            OSError: a file stands in the way.

        """
        path = clean(path)
        if (there := self._entries.get(path)) is not None:
            if not there.is_folder:
                message = "Not a directory"
                raise NotADirectoryError(message)
            return
        self.make_folder(posixpath.dirname(path))
        self._entries[path] = Entry(DIRECTORY)

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with everything in it; nothing there is fine."""
        path = clean(path)
        below = path.rstrip("/") + "/"
        for name in [name for name in self._entries if name == path or name.startswith(below)]:
            del self._entries[name]

    def children(self, path: str) -> dict[str, Entry]:
        """Return what a folder holds, by name, sorted; empty for anything else."""
        below = clean(path).rstrip("/") + "/"
        names = sorted(name for name in self._entries if name.startswith(below) and "/" not in name[len(below) :])
        return {name[len(below) :]: self._entries[name] for name in names if name != below}


def clean(path: str) -> str:
    """Return the absolute path that a shell in `/` means."""
    path = posixpath.normpath("/" + path.lstrip("/"))
    for link, target in _LINKS:
        if path == link or path.startswith(link + "/"):
            return target + path[len(link) :]
    return path
