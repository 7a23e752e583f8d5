"""Client of the uiautomator server on a phone: uiautomator2 without its hidden repetitions and long waits.

Stock uiautomator2 repeats a call after an HTTP error although the first one may have taken effect, so that a tap could
happen twice. Here a call is repeated only if it was never sent. This module does not know what the calls do.
"""

from __future__ import annotations

import atexit
import hashlib
import sys
from datetime import timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import uiautomator2
from adbutils import AdbError
from uiautomator2.exceptions import AccessibilityServiceAlreadyRegisteredError, HTTPError, LaunchUiAutomationError
from uiautomator2.utils import with_package_resource

from phonefleet.clock import Clock
from phonefleet.device.adb.transport import FastAdbDevice
from phonefleet.device.deadline import tightest
from phonefleet.words import say

_START_LIMIT = timedelta(seconds=30)
_START_TRIES = 3
_POLL = timedelta(milliseconds=20)
"""Between two looks at what a server that starts has printed, which cost the phone nothing."""
_ASKED_EVERY = timedelta(milliseconds=250)
"""How often it is asked whether it answers, in case it prints something else one day."""
_LISTENS = b"http server listening"
"""What u2.jar 0.4.1 prints once it can be asked."""
_BETWEEN_TRIES = timedelta(milliseconds=300)
_QUIT_LIMIT = timedelta(seconds=2)
_JAR = "/data/local/tmp/u2.jar"
_SERVER_PROCESS = "[c]om.wetest.uia2.Main"  # the brackets keep the pattern from matching its own shell

_digesting = Lock()


class Automation(uiautomator2.Device):
    """`uiautomator2.Device` on our transport. One for each phone and process; not thread-safe.

        automation = Automation(client.device(serial), clock)
        automation.call("click", 100, 200)

    With `installed`, the phone has the server's program already (`install`); it is looked for if a start fails.

    Raises the errors of adbutils and uiautomator2, which `phonefleet.device.translate` converts.
    """

    def __init__(self, device: FastAdbDevice, clock: Clock, *, installed: bool = False) -> None:
        self._clock = clock
        self._installed = installed
        self._calling = False
        self._process: Any = None
        super().__init__(device)

    def call(self, method: str, *params: object) -> Any:
        """Call a method of the server and return its result."""
        return self.jsonrpc_call(method, params or {})

    def jsonrpc_call(self, method: str, params: Any = None, timeout: float = 10) -> Any:
        """Call a method, within the deadline of the surrounding call; `timeout` is ignored."""
        self._calling = True
        try:
            return super().jsonrpc_call(method, params, timeout)
        finally:
            self._calling = False

    def stop_uiautomator(self, wait: bool = True) -> None:  # noqa: FBT001, FBT002 - uiautomator2's signature
        """Stop the server if we started it.

        The library calls this before it repeats a failed call. Then the failure is raised instead, unless the server
        was not running, so that the call was not received.
        """
        failure = sys.exc_info()[1]
        if self._calling and failure is not None and not was_refused(failure):
            raise failure
        super().stop_uiautomator(wait and not self._calling)

    def start_uiautomator(self) -> None:
        """Start the server unless it runs, with up to `_START_TRIES` tries.

        Raises:
            LaunchUiAutomationError: it quits at every start.
            AccessibilityServiceAlreadyRegisteredError: another program holds the accessibility service.

        """
        self._drop_ended()
        for tries_left in reversed(range(_START_TRIES)):
            try:
                super().start_uiautomator()
            except (LaunchUiAutomationError, AccessibilityServiceAlreadyRegisteredError):
                self._installed = False
                self._kill_servers()
                if not tries_left:
                    raise
                tightest(_START_LIMIT, self._clock).pause(_BETWEEN_TRIES)
            else:
                return

    def _setup_jar(self) -> None:
        """Put the server's program on the phone unless it is there."""
        if not self._installed:
            install(self.adb_device)
            self._installed = True

    def _drop_ended(self) -> None:
        """Close the stream of a server that has ended by itself, which the library leaves open."""
        if self._process is not None and not self._check_alive():
            super().stop_uiautomator(wait=False)

    def _kill_servers(self) -> None:
        """Kill server processes on the phone that no longer belong to anybody."""
        super().stop_uiautomator(wait=False)
        device: Any = self.adb_device
        device.shell(["pkill", "-f", _SERVER_PROCESS])

    def _wait_ready(self, launch_timeout: float = _START_LIMIT.total_seconds()) -> None:
        """Return once the server answers. It says when it can: each question before then costs a connection."""
        deadline = tightest(timedelta(seconds=launch_timeout), self._clock)
        ask_at = self._clock.monotonic() + _ASKED_EVERY.total_seconds()
        while True:
            if _LISTENS in self._process.output or self._clock.monotonic() >= ask_at:
                if self._check_alive():
                    return
                ask_at = self._clock.monotonic() + _ASKED_EVERY.total_seconds()
            self._check_launch()
            deadline.pause(_POLL)

    def _check_launch(self) -> None:
        process = self._process
        quit_already = process.pool() is not None
        output = process.output.decode(errors="replace")
        if "already registered" in output:
            raise AccessibilityServiceAlreadyRegisteredError(output)
        if quit_already:
            message = say("device.server_quit_start", "the server quit at its start")
            raise LaunchUiAutomationError(message, output)

    def restart(self) -> None:
        """Stop the server, whoever started it, and start it again."""
        if self._process is None or self._process.pool() is not None:
            self._kill_servers()  # a server that we did not start does not end with our stream
        super().stop_uiautomator(wait=False)
        deadline = tightest(_QUIT_LIMIT, self._clock)
        while self._check_alive():
            if not deadline.allows(_POLL):
                self._kill_servers()
                break
            deadline.pause(_POLL)
        self.start_uiautomator()

    def ensure_running(self) -> None:
        """Start the server unless it answers."""
        if not self._check_alive():
            self.start_uiautomator()

    def close(self) -> None:
        """Stop the server if we started it, and unregister the library's exit handler, which would keep this object."""
        atexit.unregister(self.stop_uiautomator)
        super().stop_uiautomator(wait=False)


def install(device: Any) -> None:
    """Put the server's program on a phone (`FastAdbDevice`) unless it has this very one.

    Raises the errors of adbutils.
    """
    with with_package_resource("assets/u2.jar") as jar:
        if not _has(device, jar):
            device.sync.push(jar, _JAR, check=True)


def _has(device: Any, jar: Path) -> bool:
    """Compare digests; the library would read and digest its 3.7 MB here each time."""
    said = device.shell(["toybox", "md5sum", _JAR])
    if "toybox" in said and "not found" in said:  # by Android before 6
        said = device.shell(["md5", _JAR])
    with _digesting:  # of many servers that start together, one reads the file
        return _md5(jar) in said


def was_refused(failure: BaseException) -> bool:
    """Tell whether the phone refused the connection because no server listens, so that the call was not received."""
    cause = failure.__cause__
    return isinstance(failure, HTTPError) and isinstance(cause, AdbError) and str(cause) == "closed"


@cache
def _md5(file: Path) -> str:
    """Return the digest of a file of an installed package, which does not change while the process runs."""
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
