"""Translation of everything that adbutils, uiautomator2 and their sockets raise into the project's errors.

The only place that knows the libraries' errors; what adb itself says is read from its message. Sources: adb's
`transport.cpp` and `adb.cpp` for the messages, uiautomator2's `exceptions.py` and `core.py` for the classes.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Final

from adbutils import AdbError
from adbutils.errors import AdbConnectionError, AdbTimeout
from uiautomator2 import exceptions as u2

from phonefleet.device.automation import was_refused
from phonefleet.device.deadline import DeadlineExceeded
from phonefleet.errors import (
    AppCrashed,
    AppMissing,
    AutomationDown,
    DeviceFrozen,
    DeviceOffline,
    DeviceUnauthorized,
    DeviceUnknown,
    ElementMissing,
    LinkLost,
    NeedsPerson,
    PhonefleetError,
    ShellFailed,
)

_LIBRARY_ERRORS = (DeadlineExceeded, AdbError, u2.BaseException, HTTPException, OSError, EOFError, ValueError)
"""ValueError: a reply that broke off is no JSON and no exit code."""

_NO_PERMISSION: Final = (
    "The phone does not let adb touch its screen: allow 'USB debugging (Security settings)' in its developer options."
)
_NO_USB_ACCESS: Final = "This computer's user may not open the phone's USB port: set up udev rules, then replug it."

_BY_CLASS: Final[tuple[tuple[type[Exception], type[PhonefleetError]], ...]] = (
    (DeadlineExceeded, DeviceFrozen),
    (AdbTimeout, DeviceFrozen),
    (u2.HTTPTimeoutError, DeviceFrozen),
    (TimeoutError, DeviceFrozen),
    (u2.ConnectError, DeviceUnknown),
    (u2.UiObjectNotFoundError, ElementMissing),
    (u2.XPathElementNotFoundError, ElementMissing),
    (u2.AppNotFoundError, AppMissing),
    (u2.SessionBrokenError, AppCrashed),
    (u2.InputIMEError, ShellFailed),
    (u2.AdbBroadcastError, ShellFailed),
    (u2.HTTPError, AutomationDown),
    (u2.UiAutomationError, AutomationDown),
    (u2.RPCError, AutomationDown),
    (ConnectionRefusedError, DeviceOffline),
    (AdbConnectionError, DeviceOffline),
    (ConnectionError, LinkLost),
    (HTTPException, LinkLost),
    (EOFError, LinkLost),
    (ValueError, LinkLost),
    (OSError, LinkLost),
    (u2.DeviceError, ShellFailed),
    (AdbError, DeviceOffline),
)
"""The first class that fits decides. `DeviceOffline` is only for what never reached the phone: it is repeated."""


@contextmanager
def translated(serial: str, *, acting: bool = False) -> Generator[None]:
    """Raise only errors of the project from the block, each naming the phone and caused by the library's.

    `acting` says that the block changes something on the phone: then an error of the phone's server is
    `LinkLost`, because the change may have happened before it.
    """
    try:
        yield
    except PhonefleetError:
        raise
    except _LIBRARY_ERRORS as error:
        raise translate(error, serial, acting=acting) from error


def translate(error: Exception, serial: str, *, acting: bool = False) -> PhonefleetError:
    """Return the project's error for a library's."""
    spoken = _from_words(str(_adb_cause(error)), str(error))
    kind = spoken or (LinkLost if acting and _may_have_acted(error) else _kind_of(error))
    if isinstance(kind, PhonefleetError):
        return kind
    return kind(f"{serial}: {kind().message}")


def _adb_cause(error: BaseException) -> BaseException:
    """Return the AdbError that a library error wraps or stands for, else the error itself."""
    if isinstance(error, AdbError):
        return error
    inner = error.args[0] if error.args and isinstance(error.args[0], AdbError) else error.__cause__
    return inner if isinstance(inner, AdbError) else error


def _from_words(adb_says: str, all_words: str) -> type[PhonefleetError] | PhonefleetError | None:
    """Read the cases that only a message tells apart."""
    if "INJECT_EVENTS" in all_words:
        return NeedsPerson(_NO_PERMISSION)
    if "no permissions" in adb_says or "insufficient permissions" in adb_says:
        return NeedsPerson(_NO_USB_ACCESS)
    if "unauthorized" in adb_says or "authorizing" in adb_says:
        return DeviceUnauthorized
    if "shell output invalid" in adb_says:
        return LinkLost
    return None


def _kind_of(error: Exception) -> type[PhonefleetError]:
    if isinstance(error, (u2.HTTPError, u2.AdbShellError)) and isinstance(_adb_cause(error), AdbError):
        return AutomationDown if was_refused(error) else DeviceOffline
    return next((ours for theirs, ours in _BY_CLASS if isinstance(error, theirs)), LinkLost)


def _may_have_acted(error: Exception) -> bool:
    """Tell whether the phone's server failed while it worked: HTTP 500, or Android's services died under it."""
    if isinstance(error, u2.HTTPError):
        return not isinstance(error.__cause__, AdbError)
    return isinstance(error, u2.UiAutomationNotConnectedError) and "Dead" in str(error)
