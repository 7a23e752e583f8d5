"""The session of one phone: the implementation of `Phone` with adb's shell and the uiautomator server.

Each call has a deadline and raises only the project's errors. After a failure, the next call first repairs the
connection. Idempotent calls (reads, and calls that lead to the same screen again) are repeated after a repair; touches,
keys and shell commands only if they were never sent.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from phonefleet.clock import Clock, SystemClock
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.adb.upload import time_allowed, upload
from phonefleet.device.automation.server import Automation, install
from phonefleet.device.automation.true_text import labels_at
from phonefleet.device.automation.typing_text import enter_text
from phonefleet.device.deadline import permission_was_awaited, within
from phonefleet.device.phone import Foreground, Health, Key
from phonefleet.device.sessions.locator import Locator
from phonefleet.device.sessions.pictures import as_png
from phonefleet.device.sessions.routes import Routes
from phonefleet.device.shell.media import Media
from phonefleet.device.shell.payloads import shows_something
from phonefleet.device.shell.system import System
from phonefleet.device.translate import translated
from phonefleet.errors import AutomationDown, DeviceFrozen, DeviceOffline, LinkLost, PhonefleetError, ShellFailed
from phonefleet.geometry import Point, Rect
from phonefleet.words import Message, say

T = TypeVar("T")
_log = logging.getLogger(__name__)

CALL_TIMEOUT: Final = timedelta(seconds=20)
_SETUP_LIMIT: Final = timedelta(seconds=60)
"""Added to the deadline of the first call, which copies and starts the server: seconds on an old phone."""

_BREAKING: Final = (DeviceOffline, DeviceFrozen, LinkLost, AutomationDown)
_NEVER_SENT: Final = (DeviceOffline,)
_REPEATABLE: Final = (DeviceOffline, LinkLost, AutomationDown, ShellFailed)
_REPAIRED_AGAIN: Final = (LinkLost, ShellFailed)  # for the others the repair has already waited
_REPEATS: Final = 3
_DUMP_DEPTH: Final = 50
_DUMP_TRIES: Final = 2
_BETWEEN_DUMPS: Final = timedelta(milliseconds=300)
_MIN_STEPS: Final = 2  # one step moves nothing


class PhoneSession:
    """The session of one phone. Not thread-safe; nothing is opened before the first call.

        session = PhoneSession("R58M123ABC", FastAdbClient(5037))
        session.open_link("https://example.org", "org.example.app")
        xml = session.hierarchy()
        session.close()

    `routes` has the phone's addresses in adb; without it, the serial is the address.
    """

    def __init__(
        self,
        serial: str,
        client: FastAdbClient,
        clock: Clock | None = None,
        call_timeout: timedelta = CALL_TIMEOUT,
        routes: Routes | None = None,
    ) -> None:
        self._serial = serial
        self._clock: Clock = clock or SystemClock()
        self._timeout = call_timeout
        self._locator = Locator(serial, client, self._clock, routes)
        self._automation: Automation | None = None
        self._installed: int | None = None  # the locator's version for which the phone has the server's program
        self._switch_address()
        self._breakage: PhonefleetError | None = DeviceOffline()

    @property
    def serial(self) -> str:
        """The phone's identity, whatever its address is."""
        return self._serial

    def confirm(self) -> None:
        """Verify again that the phone at the address is this one. Raises `OtherHardware`."""
        self._repeatable(self._locator.confirm, screen=False)

    # --- what is on the screen --------------------------------------------------------------------------

    def hierarchy(self) -> str:
        """Return the screen's views as uiautomator XML; an empty one is `AutomationDown`."""
        return self._repeatable(self._dump)

    def _dump(self) -> str:
        for last in (False, True):
            xml: str = self._ui.call("dumpWindowHierarchy", False, _DUMP_DEPTH) or ""  # noqa: FBT003 - compressed
            if shows_something(xml):
                return xml
            if not last:
                self._clock.sleep(_BETWEEN_DUMPS)
        message = say(
            "device.phones_accessibility_service_shows_empty",
            "{serial}: the phone's accessibility service shows an empty screen; its server is "
            "restarted. If that does not help, restart the phone.",
            serial=self._serial,
        )
        raise AutomationDown(message)

    def display(self) -> Rect:
        """Return the whole display as it is held, as its hierarchy measures it."""
        return self._repeatable(self._measured)

    def _measured(self) -> Rect:
        info = self._ui.call("deviceInfo")
        return Rect(0, 0, info["displayWidth"], info["displayHeight"])

    def labels_at(self, at: Point, resource_id: str) -> tuple[str, str] | None:
        """Return the true text and description of the view with this id that shows at a point."""
        return self._repeatable(lambda: labels_at(self._ui, at, resource_id))

    def screenshot(self) -> bytes:
        """Return the screen as PNG."""
        return self._repeatable(self._picture)

    def _picture(self) -> bytes:
        taken = self._ui.call("takeScreenshot", 1, 80)
        return as_png(base64.b64decode(taken) if taken else self._system.screencap())

    def foreground(self) -> Foreground:
        """Return the focused app."""
        return self._repeatable(self._system.foreground, screen=False)

    # --- touches, keys and text -------------------------------------------------------------------------

    def tap(self, point: Point) -> None:
        """Touch the screen once."""
        self._not_repeated(lambda: self._ui.call("click", point.x, point.y))

    def swipe(self, start: Point, end: Point, steps: int = 20) -> None:
        """Move a finger from start to end; a step is about 5 ms."""
        self._not_repeated(lambda: self._ui.call("swipe", start.x, start.y, end.x, end.y, max(_MIN_STEPS, steps)))

    def set_text(self, at: Point, resource_id: str, text: str) -> None:
        """Focus the editable view at a point and make `text` its whole content (any Unicode, line breaks too)."""
        self._repeatable(lambda: enter_text(self._ui, at, resource_id, text))

    def press(self, key: Key) -> None:
        """Press a key."""
        self._not_repeated(lambda: self._ui.call("pressKey", key))

    def wake(self) -> None:
        """Switch the display on and dismiss an insecure keyguard."""
        self._repeatable(self._wake)

    def _wake(self) -> None:
        self._ui.call("wakeUp")
        self._system.dismiss_keyguard()

    # --- apps -------------------------------------------------------------------------------------------

    def open_link(self, url: str, package: str) -> None:
        """Send a VIEW intent with the URL to the package. Raises `AppMissing`."""
        self._repeatable(lambda: self._system.open_link(url, package), screen=False)

    def launch(self, package: str) -> None:
        """Start the app from its launcher activity. Raises `AppMissing`."""
        self._repeatable(lambda: self._system.launch(package), screen=False)

    def force_stop(self, package: str) -> None:
        """Stop the app's processes."""
        self._repeatable(lambda: self._system.force_stop(package), screen=False)

    def app_version(self, package: str) -> str:
        """Return the installed versionName. Raises `AppMissing`."""
        return self._repeatable(lambda: self._system.app_version(package), screen=False)

    def language(self, package: str) -> str:
        """Return the language in which the phone shows an app, as a BCP 47 tag; "" if the phone does not say."""
        return self._repeatable(lambda: self._system.language(package), screen=False)

    # --- pictures and videos ----------------------------------------------------------------------------

    def push(self, source: Path, target: str, modified: datetime) -> None:
        """Copy a file of the computer to an absolute path on the phone."""
        longest = self._timeout + time_allowed(source)
        work = partial(upload, self._locator.device, source, target, modified, self._timeout)
        self._run(work, acting=False, screen=False, limit=longest)

    def scan_media(self, path: str) -> str:
        """Let the phone's galleries know of a file, as their newest; return its `content://` address."""
        return self._repeatable(lambda: self._media.scan(path), screen=False)

    def remove_media(self, folder: str) -> None:
        """Remove a folder that holds files, and let the galleries forget them."""
        self._repeatable(lambda: self._media.remove(folder), screen=False)

    def share(self, uri: str, media_type: str, package: str) -> None:
        """Send a SEND intent with one picture or video to the package. Raises `AppMissing`."""
        self._repeatable(lambda: self._media.share(uri, media_type, package), screen=False)

    # --- the phone --------------------------------------------------------------------------------------

    def health(self) -> Health:
        """Return battery, display and keyguard, each None where the phone does not tell it."""
        return self._repeatable(self._system.health, screen=False)

    def shell(self, args: list[str]) -> str:
        """Run a command, each argument quoted, and return its output. Raises `ShellFailed` on a non-zero exit."""
        return self._not_repeated(lambda: self._system.run(args), screen=False)

    def attempt(self, args: list[str], limit: timedelta | None = None) -> tuple[str, int]:
        """Run a command, each argument quoted, and return its output and its exit code."""
        return self._run(lambda: self._system.attempt(args), acting=True, screen=False, limit=limit)

    def reboot(self) -> None:
        """Tell the phone to restart. The link breaks then, so a broken link or a silent phone is no failure."""
        self.close()
        with suppress(LinkLost, DeviceFrozen):
            self._not_repeated(self._system.restart, screen=False)
        self._breakage = DeviceOffline()

    @property
    def _ui(self) -> Automation:
        assert self._automation is not None  # noqa: S101 - every call that needs it is prepared first
        return self._automation

    @property
    def automation(self) -> Automation:
        """The uiautomator2 device, connected; its own calls raise the library's errors."""
        if self._automation is None:
            self.heal()
        return self._ui

    @property
    def automated(self) -> bool:
        """Whether the uiautomator server was started by this session, or found running; it may have died since."""
        return self._automation is not None

    # --- deadlines, errors and repairs ------------------------------------------------------------------

    def heal(self) -> None:
        """Repair the adb connection and the uiautomator server now. Raises `PhonefleetError` if that fails."""
        self._breakage = self._breakage or DeviceOffline()
        with within(_SETUP_LIMIT, self._clock):
            self._prepare(screen=True)

    def install_server(self) -> None:
        """Put the uiautomator server's program on the phone unless it is there, so that its start takes less time.

        It is not looked for again while adb reports no change of the phone. Raises `PhonefleetError`.
        """
        self._run(self._install, acting=False, screen=False, limit=_SETUP_LIMIT)

    def _install(self) -> None:
        install(self._locator.device)
        self._installed = self._locator.version

    def start_server(self) -> None:
        """Start the uiautomator server unless this session has it; unlike `heal` it trusts what worked last.

        Raises `PhonefleetError`.
        """
        with within(_SETUP_LIMIT, self._clock):
            self._make_ready(screen=True)

    def close(self) -> None:
        """Stop the uiautomator server on the phone; a later call would start it again."""
        automation, self._automation = self._automation, None
        self._breakage = DeviceOffline()
        if automation is not None:
            automation.close()

    def _repeatable(self, work: Callable[[], T], *, screen: bool = True) -> T:
        """Run an idempotent call: a read, or one that leads to the same screen again."""
        return self._run(work, acting=False, screen=screen)

    def _not_repeated(self, work: Callable[[], T], *, screen: bool = True) -> T:
        """Run a call that must not take effect twice."""
        return self._run(work, acting=True, screen=screen)

    def _run(self, work: Callable[[], T], *, acting: bool, screen: bool, limit: timedelta | None = None) -> T:
        repeated: tuple[type[PhonefleetError], ...] = _NEVER_SENT if acting else _REPEATABLE
        if permission_was_awaited() and acting:  # who knows what the screen shows by now
            raise DeviceOffline(_left_alone(self._serial))
        with within(limit or self._limit(screen=screen), self._clock):
            for _ in range(_REPEATS):
                self._make_ready(screen=screen)
                try:
                    return self._attempt(work, acting=acting, limit=limit)
                except repeated as breakage:
                    _log.info("once more after: %s", breakage)
            self._make_ready(screen=screen)
            return self._attempt(work, acting=acting, limit=limit)

    def _limit(self, *, screen: bool) -> timedelta:
        """Return the total deadline of one call, longer for the first that needs the uiautomator server."""
        return self._timeout + _SETUP_LIMIT if screen and self._automation is None else self._timeout

    def _attempt(self, work: Callable[[], T], *, acting: bool, limit: timedelta | None) -> T:
        try:
            with within(limit or self._timeout, self._clock), translated(self._serial, acting=acting):
                return work()
        except _BREAKING as breakage:
            self._breakage = breakage
            raise

    def _make_ready(self, *, screen: bool) -> None:
        """Prepare for a call. A repair touches nothing on the screen, so it is repeated after errors of its own."""
        for _ in range(_REPEATS):
            try:
                return self._prepare(screen=screen)
            except _REPAIRED_AGAIN as breakage:
                _log.info("repairing once more after: %s", breakage)
        return self._prepare(screen=screen)

    def _prepare(self, *, screen: bool) -> None:
        """Repair what the last call found broken, and start the server if the call needs the screen."""
        with translated(self._serial):
            if self._breakage is None and not self._locator.is_confirmed:
                self._breakage = DeviceOffline()
            if self._breakage is not None:
                self._repair(self._breakage)
            if screen and self._automation is None:
                self._automation = Automation(self._locator.device, self._clock, installed=self._is_installed)
                self._installed = self._locator.version

    @property
    def _is_installed(self) -> bool:
        return self._installed is not None and self._installed == self._locator.version

    def _switch_address(self) -> None:
        """Switch to the locator's current address, and close what was opened through the previous one."""
        automation, self._automation = self._automation, None
        if automation is not None:
            automation.close()
        self._address = self._locator.address
        self._system = System(self._locator.device)
        self._media = Media(self._system, self._clock)

    def _repair(self, breakage: PhonefleetError) -> None:
        self._system.forget()
        with within(self._timeout, self._clock):  # a frozen phone is noticed before the long setup
            self._locator.find()
        if self._address != self._locator.address:
            self._switch_address()
        if self._automation is not None and isinstance(breakage, AutomationDown):
            self._automation.restart()
        elif self._automation is not None:
            self._automation.ensure_running()
        self._breakage = None


def _left_alone(serial: str) -> Message:
    return say(
        "device.left_alone",
        "{serial}: the phone was left alone for a while, because nobody could tell whether it was still this host's; "
        "nothing was touched",
        serial=serial,
    )
