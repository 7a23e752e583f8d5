"""Reaches a phone from outside of its lane: through adb, and through the uiautomator server if that runs already.

The server belongs to the lane. It is neither started nor stopped here, and no adb server is started either.
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
from phonefleet.device.adb.transport import FastAdbClient, FastAdbDevice
from phonefleet.device.adb.tunnels import ServerAddress
from phonefleet.device.deadline import DeadlineExceeded, within
from phonefleet.errors import AutomationDown, DeviceFrozen, DeviceOffline, PhonefleetError
from phonefleet.words import say

_PORT: Final = 9008
_BROKEN: Final = (AdbError, OSError, EOFError, ValueError, HTTPException)


class NoServer(AutomationDown):
    """The uiautomator server does not run on the phone: nothing was sent."""


class PassiveAdb:
    """The phones of one adb server. Thread-safe.

    with PassiveAdb(5037, timedelta(seconds=10)).open("R58M123ABC") as device:
        info = call_server(device, "deviceInfo")
    """

    def __init__(self, server: ServerAddress, limit: timedelta, clock: Clock | None = None) -> None:
        self._clock: Clock = clock or SystemClock()
        self._limit = limit
        self._client = PassiveClient(server, timeout=limit, clock=self._clock)

    @contextmanager
    def open(self, serial: str) -> Generator[FastAdbDevice]:
        """Yield the phone with this name in adb, with a deadline for all that is done in the block.

        Raises:
            DeviceOffline: adb does not have the phone.
            DeviceFrozen: it does not answer in time.

        """
        try:
            with within(self._limit, self._clock):
                yield self._client.device(serial)
        except DeadlineExceeded as error:
            message = say(
                "device.did_not_answer_within_s",
                "{serial} did not answer within {limit} s.",
                serial=serial,
                limit=f"{self._limit.total_seconds():g}",
            )
            raise DeviceFrozen(message) from error
        except PhonefleetError:
            raise
        except _BROKEN as error:
            raise DeviceOffline(self._lost(serial, error)) from error

    def _lost(self, serial: str, error: Exception) -> str:
        if self._client.tunnel is not None:
            return say(
                "device.not_connected_host",
                "{serial} is not connected to its host {host}, or the way there broke: {error}",
                serial=serial,
                host=self._client.tunnel.host,
                error=error,
            )
        return say(
            "device.not_connected_computer",
            "{serial} is not connected to this computer: {error}",
            serial=serial,
            error=error,
        )


class PassiveClient(FastAdbClient):
    """A client that never starts an adb server."""

    def _restart_server(self) -> Never:
        message = say("device.adb_server_not_running", "The adb server is not running.")
        raise DeviceOffline(message)


def call_server(device: FastAdbDevice, method: str, *params: object) -> Any:
    """Call a method of the phone's uiautomator server (JSON-RPC 2.0) and return its result.

    Raises:
        NoServer: it does not run; nothing was sent.
        AutomationDown: it failed, or the method did.

    """
    connection = HTTPConnection("phone")
    try:
        connection.sock = _connect(device)
        answer = _asked(connection, {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params) or {}})
    except (HTTPException, ConnectionError, ValueError) as error:  # it ended meanwhile
        raise _failed(device, method) from error
    finally:
        connection.close()
    if not isinstance(answer, dict) or "result" not in answer:
        raise _failed(device, method)
    return cast("dict[str, Any]", answer)["result"]


def _asked(connection: HTTPConnection, call: dict[str, object]) -> object:
    connection.request("POST", "/jsonrpc/0", json.dumps(call), {"Content-Type": "application/json"})
    response = connection.getresponse()
    return json.loads(response.read()) if response.status == HTTPStatus.OK else None


def _failed(device: FastAdbDevice, method: str) -> AutomationDown:
    return AutomationDown(
        say(
            "device.phones_automation_server_failed",
            "{serial}: the phone's automation server failed at {method}.",
            serial=device.serial,
            method=method,
        )
    )


def _connect(device: FastAdbDevice) -> Any:
    try:
        return device.create_connection(Network.TCP, _PORT)
    except AdbError as error:
        if str(error) == "closed":  # nothing listens there
            message = say(
                "device.automation_server_does_not_run",
                "{serial}: the automation server does not run on the phone.",
                serial=device.serial,
            )
            raise NoServer(message) from error
        raise
