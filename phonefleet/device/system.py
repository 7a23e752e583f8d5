"""What a phone's shell does for a session: apps, links, health. It knows nothing of the uiautomator server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from phonefleet.device import readings
from phonefleet.device.phone import Foreground, Health
from phonefleet.device.transport import FastAdbDevice
from phonefleet.errors import AppMissing, LinkRefused, ShellFailed

T = TypeVar("T")

_SHOWN = 200
"""How much of a failed command's output a message shows, in characters."""


class System:
    """Android as its shell shows it. Raises the libraries' errors as they come, and ours for what a command says."""

    def __init__(self, device: FastAdbDevice) -> None:
        self._device = device

    def run(self, args: list[str]) -> str:
        """Run a command, each argument quoted, and return its output. Raises `ShellFailed` on a non-zero exit."""
        output, code = self.attempt(args)
        if code:
            said = output.strip()[:_SHOWN] or "nothing"
            message = f"{self._device.serial}: '{args[0]}' failed on the phone with exit code {code} and said: {said}"
            raise ShellFailed(message)
        return output

    def attempt(self, args: list[str]) -> tuple[str, int]:
        """Run a command and return its output and its exit code."""
        device: Any = self._device
        answer = device.shell2(args)
        return answer.output, answer.returncode

    def launch(self, package: str) -> None:
        """Start the app from its launcher activity. Raises `AppMissing`."""
        args = ["monkey", "-p", package, "-c", "android.intent.category.LAUNCHER", "1"]
        output, code = self.attempt(args)
        if readings.nothing_to_launch(output):
            raise self._missing(package)
        if code:
            message = f"{self._device.serial}: {package} could not be started, exit code {code}."
            raise ShellFailed(message)

    def open_link(self, url: str, package: str) -> None:
        """Send a VIEW intent with the URL to the package. Raises `AppMissing` or `LinkRefused`."""
        output, code = self.attempt(["am", "start", "-a", "android.intent.action.VIEW", "-d", url, "-p", package])
        if code or readings.refused_intent(output):
            self._require(package)
            if readings.unresolved_intent(output):
                message = f"{package} does not open the address {url}: look whether it is one of this app"
                raise LinkRefused(message)
            message = f"{self._device.serial}: {package} did not open the link {url}"
            raise ShellFailed(message)

    def force_stop(self, package: str) -> None:
        """Stop the app's processes."""
        self.run(["am", "force-stop", package])

    def app_version(self, package: str) -> str:
        """Return the installed versionName. Raises `AppMissing`."""
        dump = self.run(["dumpsys", "package", package])
        try:
            return readings.version_name(dump)
        except ValueError:
            self._require(package)
            message = f"{self._device.serial}: Android did not say which version of {package} is installed."
            raise ShellFailed(message) from None

    def _require(self, package: str) -> None:
        """Raise `AppMissing` unless the package is installed; a list is empty where `pm path` would fail."""
        if f"package:{package}" not in self.run(["pm", "list", "packages", package]).split():
            raise self._missing(package)

    def _missing(self, package: str) -> AppMissing:
        return AppMissing(f"{self._device.serial}: the app {package} is not installed on the phone.")

    def foreground(self) -> Foreground:
        """Return the focused app."""
        try:
            return readings.foreground(self.run(["dumpsys", "window"]))
        except ValueError:
            return self._read(readings.foreground, ["dumpsys", "activity", "activities"])

    def health(self) -> Health:
        """Return battery, display and keyguard."""
        percent, charging = self._read(readings.battery, ["dumpsys", "battery"])
        awake = self._read(readings.awake, ["dumpsys", "power"])
        return Health(percent, charging, awake, self._read(readings.locked, ["dumpsys", "window"]))

    def _read(self, read: Callable[[str], T], args: list[str]) -> T:
        dump = self.run(args)
        try:
            return read(dump)
        except ValueError as error:
            message = f"{self._device.serial}: '{' '.join(args)}' cannot be read: {error}"
            raise ShellFailed(message) from error

    def dismiss_keyguard(self) -> None:
        """Ask Android to put an insecure keyguard away; a secure one stays."""
        self.attempt(["wm", "dismiss-keyguard"])

    def screencap(self) -> bytes:
        """Return the screen as PNG, as the phone makes it."""
        return self._device.shell(["screencap", "-p"], encoding=None)
