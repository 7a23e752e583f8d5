"""What the `sync:` service tells of a file, in both versions of the protocol.

Version 1 gives mode, size and time as three words. Version 2 (features `stat_v2` and `ls_v2`) gives an error number and
everything of stat(2); both are in `file_sync_protocol.h` of Android's packages/modules/adb.
"""

from __future__ import annotations

import errno
import struct
import zlib

from virtual_phones.system.files import Entry

_V1 = struct.Struct("<III")
_V2 = struct.Struct("<IQQIIIIQqqq")
_DEVICE = 0xFE01
"""The number of the file system, the same for all files."""
_SHELL = 2000
"""User and group of the shell."""


def version_1(entry: Entry | None) -> bytes:
    """Return mode, size and time of change; all zero where nothing is."""
    return bytes(_V1.size) if entry is None else _V1.pack(entry.mode, len(entry.data), entry.modified)


def version_2(path: str, entry: Entry | None) -> bytes:
    """Return error, device, inode, mode, links, user, group, size, and the times of access, content and change."""
    if entry is None:
        return _V2.pack(errno.ENOENT, *[0] * 10)
    links, times = 2 if entry.is_folder else 1, [entry.modified] * 3
    return _V2.pack(
        0, _DEVICE, zlib.crc32(path.encode(errors="surrogateescape")), entry.mode, links, _SHELL, _SHELL,
        len(entry.data), *times,
    )  # fmt: skip


def named(name: str) -> bytes:
    """Return a name as it ends a record of a listing: its length, then its bytes."""
    encoded = name.encode(errors="surrogateescape")
    return struct.pack("<I", len(encoded)) + encoded


EMPTY_1, EMPTY_2 = bytes(_V1.size + 4), bytes(_V2.size + 4)
"""What follows DONE at the end of a listing."""
