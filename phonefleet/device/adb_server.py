"""Starting the adb server on the port that the client was given, and on no other."""

from __future__ import annotations

import os
import socket
import subprocess
from datetime import timedelta

from adbutils import AdbError, adb_path

from phonefleet.errors import DeviceOffline

START_LIMIT = timedelta(seconds=5)
"""How long a start may take; it is 0.1 s on an idle machine."""


def answers(host: str, port: int) -> bool:
    """Tell whether something listens there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def start(port: int) -> None:
    """Start a detached adb server on the port, as adb itself would.

    Raises:
        DeviceOffline: there is no adb, or it did not start in time.

    """
    environment = {**os.environ, "ANDROID_ADB_SERVER_PORT": str(port)}
    environment.pop("ADB_SERVER_SOCKET", None)  # it would win over the port
    try:
        subprocess.run(  # noqa: S603 - the adb program with a number
            [adb_path(), "-P", str(port), "start-server"],
            env=environment,
            check=True,
            timeout=START_LIMIT.total_seconds(),
            start_new_session=True,  # Ctrl-C is for us, not for the server
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError, AdbError) as error:
        message = f"The adb server on port {port} is not running and could not be started: check that adb works."
        raise DeviceOffline(message) from error
