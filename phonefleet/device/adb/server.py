"""Starts adb servers: the command and environment of one of our own, and a start on the port of a client."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from adbutils import AdbError, adb_path

from phonefleet.errors import DeviceOffline
from phonefleet.words import say

START_LIMIT = timedelta(seconds=5)
"""The timeout of a start, which takes milliseconds, or 3 s where adb searches for USB in vain."""

ENVIRONMENT_WITHOUT_USB: Final[Mapping[str, str]] = {
    "ADB_USB": "0",
    "ADB_MDNS": "0",
    "ADB_LOCAL_TRANSPORT_MAX_PORT": "5553",
}
"""The environment of an adb server for network phones only, without USB, mDNS and emulators.

A process whose client may restart that server should have these variables in its own environment.
"""


def command(port: int) -> list[str]:
    """Return the command line of an adb server that stays in the foreground."""
    return [adb_path(), "-P", str(port), "nodaemon", "server"]


def is_listening(host: str, port: int) -> bool:
    """Tell whether something listens on a TCP port."""
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
    environment.pop("ADB_SERVER_SOCKET", None)  # it would take precedence over the port
    try:
        subprocess.run(  # noqa: S603 - the adb program with a number
            [adb_path(), "-P", str(port), "start-server"],
            env=environment,
            check=True,
            timeout=START_LIMIT.total_seconds(),
            start_new_session=True,  # so that Ctrl-C does not reach the server
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        if not is_listening("127.0.0.1", port):
            raise _unstartable(port) from error
    except (OSError, subprocess.SubprocessError, AdbError) as error:
        raise _unstartable(port) from error


def _unstartable(port: int) -> DeviceOffline:
    return DeviceOffline(
        say(
            "device.adb_server_port_not_running",
            "The adb server on port {port} is not running and could not be started: check that adb works.",
            port=port,
        )
    )
