"""How `logcat` writes an entry: the text formats of `-v`, and the binary one of `-B`.

The text formats are those of `logprint.cpp`, the binary one is `struct logger_entry` of `log_read.h`, both in Android's
system/logging.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime

from virtual_phones.system.system_log import PRIORITIES, LogEntry

FORMATS = ("brief", "process", "tag", "thread", "raw", "time", "threadtime", "long")
MODIFIERS = ("color", "descriptive", "epoch", "monotonic", "printable", "uid", "usec", "UTC", "year", "zone")
_HEADER = struct.Struct("<HHiiIIII")
_MAIN = 0
"""The number of the main buffer in `log_id_t`."""


def as_binary(entry: LogEntry) -> bytes:
    """Return the entry as `logcat -B` writes it: header, priority, tag and message."""
    payload = bytes([_number(entry)]) + entry.tag.encode() + b"\0" + entry.message.encode() + b"\0"
    seconds = int(entry.at.timestamp())
    nanoseconds = entry.at.microsecond * 1000
    header = (len(payload), _HEADER.size, entry.pid, entry.tid, seconds, nanoseconds, _MAIN, entry.uid)
    return _HEADER.pack(*header) + payload


def _number(entry: LogEntry) -> int:
    return PRIORITIES.index(entry.priority) + 2


def as_text(entry: LogEntry, form: str, modifiers: Sequence[str] = ()) -> str:
    """Return the entry in one of the FORMATS, each line of its message with the format's beginning and end."""
    before, after = _around(entry, form, _when(entry.at, modifiers), _owner(entry, modifiers))
    if form == "long":
        return f"{before}{entry.message}{after}"
    return "".join(f"{before}{line}{after}" for line in entry.message.splitlines() or [""])


def _around(entry: LogEntry, form: str, when: str, owner: str) -> tuple[str, str]:
    """Return what stands before and after a line."""
    pid, tid, level, tag = f"{owner}{entry.pid:5}", f"{entry.tid:5}", entry.priority, f"{entry.tag:<8}"
    return {
        "brief": (f"{level}/{tag}({pid}): ", "\n"),
        "process": (f"{level}({pid}) ", f"  ({entry.tag})\n"),
        "tag": (f"{level}/{tag}: ", "\n"),
        "thread": (f"{level}({pid}:{tid}) ", "\n"),
        "raw": ("", "\n"),
        "time": (f"{when} {level}/{tag}({pid}): ", "\n"),
        "long": (f"[ {when} {pid}:{tid} {level}/{tag} ]\n", "\n\n"),
    }.get(form, (f"{when} {pid} {tid} {level} {tag}: ", "\n"))


def _when(at: datetime, modifiers: Sequence[str]) -> str:
    at = at.astimezone(UTC)
    fraction = f"{at.microsecond:06}" if "usec" in modifiers else f"{at.microsecond // 1000:03}"
    if {"epoch", "monotonic"} & set(modifiers):
        return f"{int(at.timestamp()):>19}.{fraction}"
    year = f"{at:%Y}-" if "year" in modifiers else ""
    zone = " +0000" if {"zone", "UTC"} & set(modifiers) else ""
    return f"{year}{at:%m-%d %H:%M:%S}.{fraction}{zone}"


def _owner(entry: LogEntry, modifiers: Sequence[str]) -> str:
    return f"{entry.uid:5}:" if "uid" in modifiers else ""
