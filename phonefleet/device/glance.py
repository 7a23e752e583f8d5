"""Reads a phone's screen, as a picture and as XML, from outside of its lane.

It is read-only. The uiautomator server belongs to the lane: it is used if it runs, but neither started nor stopped.
This module knows nothing of sessions.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, Never, cast

from adbutils import AdbError, Network

from phonefleet.clock import Clock, SystemClock
from phonefleet.device.adb.exec_out import exec_out
from phonefleet.device.adb.transport import FastAdbClient, FastAdbDevice
from phonefleet.device.deadline import DeadlineExceeded, within
from phonefleet.device.shell.payloads import Unreadable, xml_in
from phonefleet.device.shell.system import System
from phonefleet.errors import AutomationDown, DeviceFrozen, DeviceOffline, PhonefleetError, ShellFailed

GLANCE_LIMIT: Final = timedelta(seconds=10)
"""The timeout of one reading; a phone that has not answered by then counts as frozen."""

_PORT: Final = 9008
_DEPTH: Final = 50
_FILE: Final = "/data/local/tmp/phonefleet-glance.xml"
_DUMP: Final = f"uiautomator dump {_FILE} >/dev/null 2>&1 && cat {_FILE}; rm -f {_FILE}"
_BROKEN: Final = (AdbError, OSError, EOFError, ValueError, HTTPException)


class Glance:
    """Reads the screens of the phones of one adb server. Thread-safe.

    For example:

        png = Glance(5037).screenshot("R58M123ABC")
    """

    def __init__(self, adb_port: int, clock: Clock | None = None, limit: timedelta = GLANCE_LIMIT) -> None:
        self._clock: Clock = clock or SystemClock()
        self._limit = limit
        self._client = _PassiveClient(adb_port, timeout=limit, clock=self._clock)

    def screenshot(self, serial: str) -> bytes:
        """Return the screen as PNG.

        Raises:
            DeviceOffline: adb does not have the phone.
            DeviceFrozen: it does not answer in time.
            AutomationDown: it took no picture.

        """
        with self._open(serial) as device:
            try:
                return System(device).screencap()
            except ShellFailed as error:
                message = f"{serial} took no picture of its screen."
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
        with self._open(serial) as device:
            xml = _ask_server(device)
            if xml is None and idle:
                xml = exec_out(device, ["sh", "-c", _DUMP]).decode("utf-8", "replace")
        try:
            return xml_in(xml or "")
        except Unreadable as error:
            message = f"{serial} does not show what is on its screen at the moment: look again in a few seconds."
            raise AutomationDown(message) from error

    @contextmanager
    def _open(self, serial: str) -> Generator[FastAdbDevice]:
        try:
            with within(self._limit, self._clock):
                yield self._client.device(serial)
        except DeadlineExceeded as error:
            message = f"{serial} did not answer within {self._limit.total_seconds():g} s."
            raise DeviceFrozen(message) from error
        except PhonefleetError:
            raise
        except _BROKEN as error:
            message = f"{serial} is not connected to this computer: {error}"
            raise DeviceOffline(message) from error


class _PassiveClient(FastAdbClient):
    """A client that never starts an adb server."""

    def _restart_server(self) -> Never:
        message = "The adb server is not running."
        raise DeviceOffline(message)


def _ask_server(device: FastAdbDevice) -> str | None:
    """Return the hierarchy from the uiautomator server; None if it does not run or fails."""
    connection = HTTPConnection("phone")
    try:
        connection.sock = device.create_connection(Network.TCP, _PORT)
    except AdbError as error:
        if str(error) == "closed":  # nothing listens there
            return None
        raise
    try:
        call = {"jsonrpc": "2.0", "id": 1, "method": "dumpWindowHierarchy", "params": [False, _DEPTH]}
        connection.request("POST", "/jsonrpc/0", json.dumps(call), {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer: Any = json.loads(response.read()) if response.status == HTTPStatus.OK else {}
        result: Any = cast("dict[str, Any]", answer).get("result") if isinstance(answer, dict) else None
        return result if isinstance(result, str) else None
    finally:
        connection.close()
