"""Reads a phone's screen, as a picture and as XML, from outside of its lane.

It is read-only. The uiautomator server belongs to the lane: it is used if it runs, but neither started nor stopped.
This module knows nothing of sessions.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from phonefleet.clock import Clock
from phonefleet.device.adb.exec_out import exec_out
from phonefleet.device.adb.transport import FastAdbDevice
from phonefleet.device.adb.tunnels import ServerAddress
from phonefleet.device.passive import PassiveAdb, call_server
from phonefleet.device.shell.payloads import Unreadable, xml_in
from phonefleet.device.shell.system import System
from phonefleet.errors import AutomationDown, ShellFailed
from phonefleet.words import say

GLANCE_LIMIT: Final = timedelta(seconds=10)
"""The timeout of one reading; a phone that has not answered by then counts as frozen."""

_DEPTH: Final = 50
_FILE: Final = "/data/local/tmp/phonefleet-glance.xml"
_DUMP: Final = f"uiautomator dump {_FILE} >/dev/null 2>&1 && cat {_FILE}; rm -f {_FILE}"


class Glance:
    """Reads the screens of the phones of one adb server. Thread-safe.

    For example:

        png = Glance(5037).screenshot("R58M123ABC")
    """

    def __init__(self, server: ServerAddress, clock: Clock | None = None, limit: timedelta = GLANCE_LIMIT) -> None:
        self._adb = PassiveAdb(server, limit, clock)

    def screenshot(self, serial: str) -> bytes:
        """Return the screen as PNG.

        Raises:
            DeviceOffline: adb does not have the phone.
            DeviceFrozen: it does not answer in time.
            AutomationDown: it took no picture.

        """
        with self._adb.open(serial) as device:
            try:
                return System(device).screencap()
            except ShellFailed as error:
                message = say("device.took_no_picture_screen", "{serial} took no picture of its screen.", serial=serial)
                raise AutomationDown(message) from error

    def hierarchy(self, serial: str, *, idle: bool) -> str:
        """Return the views of the screen as uiautomator XML.

        If the uiautomator server does not run, Android's `uiautomator dump` is used, but only on an `idle` phone,
        because it would disturb a server that is just being started.

        Raises:
            DeviceOffline: adb does not have the phone.
            DeviceFrozen: it does not answer in time.
            AutomationDown: it cannot be read at the moment.

        """
        with self._adb.open(serial) as device:
            xml = _ask_server(device)
            if xml is None and idle:
                xml = exec_out(device, ["sh", "-c", _DUMP]).decode("utf-8", "replace")
        try:
            return xml_in(xml or "")
        except Unreadable as error:
            message = say(
                "device.does_not_show_screen_moment",
                "{serial} does not show what is on its screen at the moment: look again in a few seconds.",
                serial=serial,
            )
            raise AutomationDown(message) from error


def _ask_server(device: FastAdbDevice) -> str | None:
    """Return the hierarchy from the uiautomator server; None if it does not run or fails."""
    try:
        result = call_server(device, "dumpWindowHierarchy", False, _DEPTH)  # noqa: FBT003 - compressed
    except AutomationDown:
        return None
    return result if isinstance(result, str) else None
