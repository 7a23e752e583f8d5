"""Sends a file to a phone by adb's sync protocol, in chunks with a deadline each.

adbutils sends chunks of 4 kB and cannot set the modification time, by which galleries sort. The protocol is specified
in `SYNC.TXT` of Android's packages/modules/adb.
"""

from __future__ import annotations

import stat
import struct
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from phonefleet.device.adb.transport import FastAdbConnection, FastAdbDevice
from phonefleet.device.deadline import tightest
from phonefleet.errors import Permanent, ShellFailed
from phonefleet.words import say

SLOWEST: Final = 250_000
"""The lowest rate in bytes a second; a slower phone finally counts as frozen."""

_CHUNK: Final = 64 * 1024
_LONGEST_REASON: Final = 64 * 1024
_LATEST: Final = 0xFFFFFFFF
"""The latest modification time in seconds since 1970, for which the protocol has 32 bits."""

_MODE: Final = stat.S_IFREG | 0o644


def time_allowed(source: Path) -> timedelta:
    """Return the time that a file may take in addition to the deadline of a call.

    Raises:
        Permanent: the file cannot be read.

    """
    try:
        return timedelta(seconds=source.stat().st_size / SLOWEST)
    except OSError as error:
        message = say(
            "device.cannot_read_computer",
            "{source} cannot be read on this computer: {strerror}",
            source=source.name,
            strerror=error.strerror,
        )
        raise Permanent(message) from error


def upload(device: FastAdbDevice, source: Path, target: str, modified: datetime, silence: timedelta) -> None:
    """Write the file to an absolute path on the phone; `silence` is the deadline of each chunk.

    Raises:
        ShellFailed: the phone cannot write it; the message has its reason.

    """
    sync: Any = device.open_transport()
    with sync as connection:
        connection.send_command("sync:")
        connection.check_okay()
        request = f"{target},{_MODE}".encode()
        connection.conn.sendall(b"SEND" + struct.pack("<I", len(request)) + request)
        _send_content(connection, source, silence)
        written = min(max(int(modified.timestamp()), 0), _LATEST)
        connection.conn.sendall(b"DONE" + struct.pack("<I", written))
        _check(connection, target)


def _send_content(connection: FastAdbConnection, source: Path, silence: timedelta) -> None:
    clock = connection.conn.deadline.clock if connection.conn.deadline else None
    with source.open("rb") as content:
        while chunk := content.read(_CHUNK):
            if clock is not None:
                connection.conn.deadline = tightest(silence, clock)
                connection.conn.deadline.check_stop()
            connection.conn.sendall(b"DATA" + struct.pack("<I", len(chunk)) + chunk)


def _check(connection: FastAdbConnection, target: str) -> None:
    answer = connection.read_exact(8)
    if answer[:4] == b"OKAY":
        return
    length = int.from_bytes(answer[4:], "little") if answer[:4] == b"FAIL" else 0
    said = connection.read_exact(min(length, _LONGEST_REASON)).decode(errors="replace")
    message = say(
        "device.phone_did_not_take_file",
        "the phone did not take the file {target}: {said}",
        target=target,
        said=said or "it gave no reason",
    )
    raise ShellFailed(message)
