"""Every error of the libraries becomes one of ours: the table, and what only words tell apart."""

from __future__ import annotations

from http.client import IncompleteRead, RemoteDisconnected
from typing import Any, Self, cast

import pytest
from adbutils import AdbError
from adbutils.errors import AdbConnectionError, AdbTimeout
from adbutils.sync import Sync
from uiautomator2 import exceptions as u2

from phonefleet import errors
from phonefleet.device.deadline import DeadlineExceeded
from phonefleet.device.translate import translate, translated

CASES: list[tuple[Exception, type[errors.PhonefleetError]]] = [
    (DeadlineExceeded(), errors.DeviceFrozen),
    (AdbTimeout("adb read timeout"), errors.DeviceFrozen),
    (TimeoutError(), errors.DeviceFrozen),
    (u2.HTTPTimeoutError("slow"), errors.DeviceFrozen),
    (RemoteDisconnected("closed without response"), errors.LinkLost),
    (IncompleteRead(b"half"), errors.LinkLost),
    (ConnectionResetError(), errors.LinkLost),
    (BrokenPipeError(), errors.LinkLost),
    (EOFError(), errors.LinkLost),
    (ValueError("half a reply is no JSON"), errors.LinkLost),
    (u2.HTTPError("HTTP request failed: 500 Internal Server Error"), errors.AutomationDown),
    (u2.UiAutomationNotConnectedError("UiAutomation not connected"), errors.AutomationDown),
    (u2.UiAutomationNotConnectedError("android.os.DeadObjectException"), errors.AutomationDown),
    (u2.LaunchUiAutomationError("server not ready", ""), errors.AutomationDown),
    (u2.AccessibilityServiceAlreadyRegisteredError("already registered"), errors.AutomationDown),
    (u2.HierarchyEmptyError("dump hierarchy is empty"), errors.AutomationDown),
    (u2.RPCUnknownError("Unknown RPC error: -32001"), errors.AutomationDown),
    (u2.UiObjectNotFoundError(-32001, "not found", []), errors.ElementMissing),
    (u2.XPathElementNotFoundError("//node"), errors.ElementMissing),
    (u2.SessionBrokenError("app quit"), errors.AppCrashed),
    (u2.AppNotFoundError("App not installed", "com.example"), errors.AppMissing),
    (u2.AdbBroadcastError("broadcast failed"), errors.ShellFailed),
    (u2.InputIMEError("install AdbKeyboard ime failed"), errors.ShellFailed),
    (u2.ConnectError("device abc not online"), errors.DeviceUnknown),
    (AdbError("device offline"), errors.DeviceOffline),
    (AdbError("device '127.0.0.1:1' not found"), errors.DeviceOffline),
    (AdbError("no devices/emulators found"), errors.DeviceOffline),
    (AdbError("closed"), errors.DeviceOffline),
    (u2.AdbShellError(AdbError("device offline")), errors.DeviceOffline),
    (AdbConnectionError("connect to adb server failed"), errors.DeviceOffline),
    (ConnectionRefusedError(), errors.DeviceOffline),
    (AdbError("device unauthorized.\nThis adb server's $ADB_VENDOR_KEYS is not set"), errors.DeviceUnauthorized),
    (AdbError("device still authorizing"), errors.DeviceUnauthorized),
    (u2.AdbShellError(AdbError("device unauthorized.")), errors.DeviceUnauthorized),
    (AdbError("shell output invalid", "id", b""), errors.LinkLost),
    (u2.AdbShellError(AdbError("shell output invalid", "id", b"")), errors.LinkLost),
    (AdbError("insufficient permissions for device"), errors.NeedsPerson),
    (u2.RPCUnknownError("Injecting to another application requires INJECT_EVENTS permission"), errors.NeedsPerson),
    (
        u2.RPCUnknownError(
            "Unknown RPC error: -32001 java.lang.SecurityException",
            [150, 150],
            "java.lang.SecurityException: Injecting input events requires the INJECT_EVENTS permission.\n\tat android",
        ),
        errors.NeedsPerson,
    ),
    (
        u2.UiObjectNotFoundError(-32001, "androidx.test.uiautomator.UiObjectNotFoundException", []),
        errors.ElementMissing,
    ),
]


@pytest.mark.parametrize(("error", "ours"), CASES, ids=lambda case: repr(case) if isinstance(case, Exception) else "")
def test_a_library_error_becomes_ours(error: Exception, ours: type[errors.PhonefleetError]) -> None:
    assert type(translate(error, "serial-1")) is ours


@pytest.mark.parametrize("error", [case for case, _ in CASES], ids=repr)
def test_every_translated_error_names_its_cause_and_says_something(error: Exception) -> None:
    with pytest.raises(errors.PhonefleetError) as caught, translated("serial-1"):
        raise error
    assert caught.value.__cause__ is error
    assert len(caught.value.message) > len("serial-1: ")


def test_a_refused_port_means_that_the_server_is_down() -> None:
    assert type(translate(_unable_to_connect("closed"), "s")) is errors.AutomationDown


def test_an_unreachable_port_means_that_the_phone_is_offline() -> None:
    assert type(translate(_unable_to_connect("device offline"), "s")) is errors.DeviceOffline
    assert type(translate(_unable_to_connect("device unauthorized."), "s")) is errors.DeviceUnauthorized


def _unable_to_connect(adb_says: str) -> u2.HTTPError:
    error = u2.HTTPError(f"Unable to connect to uiautomator2 server: {adb_says}")
    error.__cause__ = AdbError(adb_says)
    return error


@pytest.mark.parametrize(
    "error",
    [u2.HTTPError("HTTP request failed: 500"), u2.UiAutomationNotConnectedError("android.os.DeadObjectException")],
    ids=repr,
)
def test_an_action_that_the_phone_broke_off_may_have_happened(error: Exception) -> None:
    assert type(translate(error, "s", acting=True)) is errors.LinkLost


def test_an_action_that_was_not_begun_has_not_happened() -> None:
    for error in (_unable_to_connect("closed"), u2.UiAutomationNotConnectedError("UiAutomation not connected")):
        assert type(translate(error, "s", acting=True)) is errors.AutomationDown


RPC_ERROR = "Unknown RPC error: -32001 {}"


@pytest.mark.parametrize(
    ("class_name", "data"),
    [
        ("java.lang.RuntimeException", "java.lang.RuntimeException: android.os.DeadSystemException\n\tat android"),
        ("java.lang.NullPointerException", "java.lang.NullPointerException: Got null UiAutomation\n\tat androidx"),
        ("android.os.DeadSystemException", "android.os.DeadSystemException\n\tat android"),
    ],
)
def test_an_action_in_which_the_server_met_any_exception_may_have_happened(class_name: str, data: str) -> None:
    error = u2.RPCUnknownError(RPC_ERROR.format(class_name), [150, 150], data)
    assert type(translate(error, "s", acting=True)) is errors.LinkLost
    assert type(translate(error, "s")) is errors.AutomationDown


@pytest.mark.parametrize(
    "message",
    [
        "Unknown RPC error: -32601 method not found",
        "Unknown RPC error: -32602 method parameters invalid",
        RPC_ERROR.format("com.fasterxml.jackson.databind.exc.MismatchedInputException"),
        RPC_ERROR.format("java.lang.IllegalArgumentException"),
    ],
)
def test_an_action_that_the_server_refused_has_not_happened(message: str) -> None:
    error = u2.RPCUnknownError(message, [150, 150], None)
    assert type(translate(error, "s", acting=True)) is errors.AutomationDown


@pytest.mark.parametrize("text", ["unauthorized", "INJECT_EVENTS", "no permissions", "shell output invalid"])
def test_what_somebody_wrote_decides_nothing(text: str) -> None:
    params = [{"mask": 1, "text": text}, text]
    missing = u2.UiObjectNotFoundError(-32001, "androidx.test.uiautomator.UiObjectNotFoundException", params)
    assert type(translate(missing, "s")) is errors.ElementMissing
    failed = u2.RPCUnknownError(RPC_ERROR.format("java.lang.IllegalStateException"), params, "\tat android")
    assert type(translate(failed, "s")) is errors.AutomationDown
    assert type(translate(u2.XPathElementNotFoundError(f"//*[@text='{text}']"), "s")) is not errors.DeviceUnauthorized


def test_our_own_errors_pass_unchanged() -> None:
    own = errors.AppMissing()
    with pytest.raises(errors.AppMissing) as caught, translated("s"):
        raise own
    assert caught.value is own


def test_a_mistake_in_the_program_is_not_blamed_on_the_phone() -> None:
    with pytest.raises(TypeError), translated("s"):
        raise TypeError


class _BrokenOff:
    """A sync connection whose reply breaks off."""

    def __init__(self, reply: bytes) -> None:
        self._reply = reply

    def send_command(self, _: str) -> None:
        """Take a command."""

    def check_okay(self) -> None:
        """Take an answer."""

    def read_string(self, _: int) -> str:
        return self._reply[:4].decode()

    @property
    def conn(self) -> _BrokenOff:
        return self

    def send(self, data: bytes) -> int:
        return len(data)

    def recv(self, _: int) -> bytes:
        return self._reply[4:]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End."""


class _Device:
    def __init__(self, reply: bytes) -> None:
        self._reply = reply

    def open_transport(self) -> _BrokenOff:
        return _BrokenOff(self._reply)


@pytest.mark.parametrize("reply", [b"", b"STAT", b"STAT\0\0"])
def test_a_reply_of_sync_that_breaks_off_is_a_lost_link(reply: bytes) -> None:
    sync: Any = Sync(cast("Any", _Device(reply)))
    with pytest.raises(errors.LinkLost), translated("abc"):
        sync.stat("/data/local/tmp/u2.jar")


def test_a_mistake_of_our_own_is_not_taken_for_the_phones() -> None:
    with pytest.raises(KeyError), translated("abc"):
        raise KeyError
