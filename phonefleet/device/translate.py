"""Translates every error of adbutils, uiautomator2 and their sockets into the project's errors.

    with translated(serial):
        device.shell("true")

The only module that knows the libraries' errors; adb's own errors are told by their message. Sources: adb's
`transport.cpp` and `adb.cpp` for the messages, uiautomator2's `exceptions.py` and `core.py` for the classes.
"""

from __future__ import annotations

import struct
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Final

from adbutils import AdbError
from adbutils.errors import AdbConnectionError, AdbTimeout
from uiautomator2 import exceptions as u2

from phonefleet.device.automation.server import was_refused
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
from phonefleet.words import say

_LIBRARY_ERRORS = (DeadlineExceeded, AdbError, u2.BaseException, HTTPException, OSError, EOFError, ValueError)
"""ValueError: a reply that broke off is no JSON and no exit code."""

_ACCIDENTS = (AssertionError, LookupError, AttributeError, TypeError, struct.error)
"""Raised by adbutils if a reply of the sync protocol breaks off: it asserts what it read, and unpacks too few bytes."""
_LIBRARIES = ("adbutils", "uiautomator2")

_NO_PERMISSION: Final = say(
    "device.phone_does_not_let_adb",
    "The phone does not let adb touch its screen: allow 'USB debugging (Security settings)' in its developer options.",
)
_NO_USB_ACCESS: Final = say(
    "device.computers_user_may_not_open_2",
    "This computer's user may not open the phone's USB port: set up udev rules, then replug it.",
)

_NOTHING_DONE: Final = (
    "-32700", "-32600", "-32601", "-32602", "com.fasterxml.jackson", "java.lang.IllegalArgumentException",
    "java.lang.SecurityException", "java.util.regex.PatternSyntaxException",
)  # fmt: skip
"""Codes and classes of errors that the server raises before it does anything: `Main$1` and jsonrpc4j, u2.jar 0.4.1."""

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
"""The first match is used. `DeviceOffline` is only for calls that never reached the phone, which are repeated."""


@contextmanager
def translated(serial: str, *, acting: bool = False) -> Generator[None]:
    """Translate errors within the block; each names the phone and has the library's error as its cause.

    With `acting`, the block changes something on the phone: an error of the phone's server is then `LinkLost`, because
    the change may have happened before it.
    """
    try:
        yield
    except PhonefleetError:
        raise
    except _LIBRARY_ERRORS as error:
        raise translate(error, serial, acting=acting) from error
    except _ACCIDENTS as error:
        if not _raised_by_library(error):
            raise
        raise translate(error, serial, acting=acting) from error


def _raised_by_library(error: Exception) -> bool:
    """Tell whether a library raised the error; the same error raised in our own code would be a bug of ours."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and str(frames[-1].f_globals.get("__name__")).split(".")[0] in _LIBRARIES


def translate(error: Exception, serial: str, *, acting: bool = False) -> PhonefleetError:
    """Return the project's error for a library's."""
    spoken = _from_message("" if isinstance(error, u2.RPCError) else str(_adb_cause(error)), _message(error))
    kind = spoken or (LinkLost if acting and _may_have_acted(error) else _kind_of(error))
    if isinstance(kind, PhonefleetError):
        return kind
    return kind(say("device.about", "{phone}: {what}", phone=serial, what=kind.usual()))


def _message(error: Exception) -> str:
    """Return the error's text without the parameters of the call, which may contain arbitrary text of users.

    An error of the server has its Java class in the message and its text in the stack trace, the third argument.
    """
    if isinstance(error, u2.RPCError):
        return " ".join(argument for argument in error.args if isinstance(argument, str))
    return str(error)


def _adb_cause(error: BaseException) -> BaseException:
    """Return the AdbError that a library error wraps or stands for, else the error itself."""
    if isinstance(error, AdbError):
        return error
    inner = error.args[0] if error.args and isinstance(error.args[0], AdbError) else error.__cause__
    return inner if isinstance(inner, AdbError) else error


def _from_message(adb_says: str, all_words: str) -> type[PhonefleetError] | PhonefleetError | None:
    """Return the error for the cases that can only be told by the message."""
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
    """Tell whether the call may have taken effect before the phone's server failed.

    That is so for HTTP 500 and every exception except those that the server raises before it touches anything, because
    Android's services may have died during the call, whatever exception that was wrapped in.
    """
    if isinstance(error, u2.HTTPError):
        return not isinstance(error.__cause__, AdbError)
    if isinstance(error, u2.UiAutomationNotConnectedError):
        return "Dead" in str(error)
    return isinstance(error, u2.RPCUnknownError) and not any(sign in str(error.args[0]) for sign in _NOTHING_DONE)
