"""Runs a command on a phone and returns its raw output: `exec:` has no terminal that would change line ends."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from phonefleet.device.adb.transport import FastAdbDevice

_CHUNK: Final = 65536


def exec_out(device: FastAdbDevice, args: Sequence[str]) -> bytes:
    """Run a command, each argument quoted, and return its standard output and error."""
    with device.open_transport() as connection:
        connection.send_command(f"exec:{shlex.join(args)}")
        connection.check_okay()
        return b"".join(iter(lambda: connection.conn.recv(_CHUNK), b""))
