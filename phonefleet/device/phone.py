"""The interface `Phone`, through which all higher layers drive a phone. It names no device library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from phonefleet.geometry import Point, Rect

Key = Literal["back", "home", "enter", "recent", "power"]


@dataclass(frozen=True, slots=True)
class Foreground:
    """The focused window's package and activity."""

    package: str
    activity: str


@dataclass(frozen=True, slots=True)
class Health:
    """The conditions to check before work, for which no device library raises an error.

    `battery` is in percent; `awake` tells whether the display is on, `locked` whether the keyguard shows. A value that
    the phone does not report is None, such as the charge of one without a battery, and does not prevent work.
    """

    battery: int | None
    charging: bool
    awake: bool | None
    locked: bool | None

    def low(self, least: int) -> bool:
        """Tell whether the battery holds less than `least` percent and is not being charged."""
        return self.battery is not None and self.battery < least and not self.charging

    @property
    def ready(self) -> bool:
        """Whether the display is known to be on without a keyguard."""
        return self.awake is True and self.locked is False


class Phone(Protocol):
    """A phone that is connected and ready, owned by one thread.

    Every call has a hard deadline and raises only errors of `phonefleet.errors`: `DeviceFrozen` past the
    deadline, `LinkLost` when the link broke after the request was sent (the action may have happened), `DeviceOffline`,
    `AutomationDown`, `ShellFailed`, `DeviceUnauthorized`.
    """

    @property
    def serial(self) -> str:
        """The phone's identity, whatever its address is."""
        ...

    def confirm(self) -> None:
        """Verify that the phone at the address is this one, and not another that has got its address.

        Raises:
            OtherHardware: it is another one; nothing was touched.

        """
        ...

    def hierarchy(self) -> str:
        """Return the screen's views as uiautomator XML; never an empty hierarchy (that is `AutomationDown`)."""
        ...

    def labels_at(self, at: Point, resource_id: str) -> tuple[str, str] | None:
        """Return the true text and content description of the view with this id at a point.

        A hierarchy has dots in place of characters that its XML cannot hold, such as emoji. None if there is no such
        view, or more than one.
        """
        ...

    def display(self) -> Rect:
        """Return the bounds of the display in its current orientation, in the hierarchy's pixels."""
        ...

    def screenshot(self) -> bytes:
        """Return the screen as PNG."""
        ...

    def tap(self, point: Point) -> None:
        """Touch the screen once."""
        ...

    def swipe(self, start: Point, end: Point, steps: int = 20) -> None:
        """Swipe from start to end in `steps` steps of about 5 ms each."""
        ...

    def set_text(self, at: Point, resource_id: str, text: str) -> None:
        """Focus the editable view at a point and make `text` its whole content (any Unicode, line breaks too)."""
        ...

    def press(self, key: Key) -> None:
        """Press a key."""
        ...

    def wake(self) -> None:
        """Switch the display on and dismiss an insecure keyguard."""
        ...

    def open_link(self, url: str, package: str) -> None:
        """Send a VIEW intent with the URL to the package. The URL is quoted for the phone's shell.

        Raises `LinkRefused` for an address that the app does not open.
        """
        ...

    def launch(self, package: str) -> None:
        """Start the app from its launcher activity. Raises `AppMissing`."""
        ...

    def force_stop(self, package: str) -> None:
        """Stop the app's processes."""
        ...

    def foreground(self) -> Foreground:
        """Return the focused app."""
        ...

    def app_version(self, package: str) -> str:
        """Return the installed versionName. Raises `AppMissing`."""
        ...

    def language(self, package: str) -> str:
        """Return the language in which the phone shows an app, as a BCP 47 tag such as `pt-BR`.

        The one chosen for the app (Android 13 and later) counts, else the phone's; "" if the phone does not say.
        """
        ...

    def health(self) -> Health:
        """Return the state of battery, display and keyguard."""
        ...

    def push(self, source: Path, target: str, modified: datetime) -> None:
        """Copy a file of the computer to an absolute path on the phone, with `modified` as its modification time.

        The deadline applies to each part, not to the whole: a large file may take long if it makes progress.
        """
        ...

    def scan_media(self, path: str) -> str:
        """Add a file to the phone's media index, so that galleries show it; return its `content://` URI."""
        ...

    def remove_media(self, folder: str) -> None:
        """Delete a folder with its files, also from the media index; does nothing if there is none."""
        ...

    def share(self, uri: str, media_type: str, package: str) -> None:
        """Send a SEND intent with one picture or video, such as "image/jpeg", to the package. Raises `AppMissing`."""
        ...

    def shell(self, args: list[str]) -> str:
        """Run a command, each argument quoted, and return its output. Raises `ShellFailed` on a non-zero exit."""
        ...

    def attempt(self, args: list[str], limit: timedelta | None = None) -> tuple[str, int]:
        """Run a command, each argument quoted, and return its output and its exit code.

        `limit` is its deadline in place of the usual one, for commands that take long.
        """
        ...

    def reboot(self) -> None:
        """Tell the phone to restart, and return before it has: its boot id tells later whether it did."""
        ...
