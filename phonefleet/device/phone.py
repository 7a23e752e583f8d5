"""The one small interface through which everything above drives a phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from phonefleet.geometry import Point, Rect

Key = Literal["back", "home", "enter", "recent", "power"]


@dataclass(frozen=True, slots=True)
class Foreground:
    """What is in front: the package and the activity of the focused window."""

    package: str
    activity: str


@dataclass(frozen=True, slots=True)
class Health:
    """What must be looked at before work: no library raises an error for these.

    `battery` is in percent; `awake` tells whether the display is on; `locked` whether the keyguard shows. What a phone
    does not tell is None, such as the charge of one that runs without a battery, and is no reason not to work.
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
        """Whether it is known that the display is on and no keyguard shows."""
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
        """See in one call that the phone which is reached is this one, and no other that has its address now.

        Raises:
            OtherHardware: it is another one; nothing was touched.

        """
        ...

    def hierarchy(self) -> str:
        """Return the screen's views as uiautomator XML; never an empty hierarchy (that is `AutomationDown`)."""
        ...

    def labels_at(self, at: Point, resource_id: str) -> tuple[str, str] | None:
        """Return the true text and description of the view with this id that shows at a point.

        A hierarchy has dots in place of what XML cannot hold, emoji among it. None when no view can be told by these.
        """
        ...

    def display(self) -> Rect:
        """Return the whole display as it is held, as its hierarchy measures it."""
        ...

    def screenshot(self) -> bytes:
        """Return the screen as PNG."""
        ...

    def tap(self, point: Point) -> None:
        """Touch the screen once."""
        ...

    def swipe(self, start: Point, end: Point, steps: int = 20) -> None:
        """Move a finger from start to end; a step is about 5 ms."""
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

    def health(self) -> Health:
        """Return battery, display and keyguard, each None where the phone does not tell it."""
        ...

    def push(self, source: Path, target: str, modified: datetime) -> None:
        """Copy a file of the computer to an absolute path on the phone; `modified` is the time that it bears there.

        The deadline is that of silence, not of the whole: a large file may take long as long as it moves.
        """
        ...

    def scan_media(self, path: str) -> str:
        """Let the phone's galleries know of a file, as their newest; return its `content://` address."""
        ...

    def remove_media(self, folder: str) -> None:
        """Remove a folder that holds files, and let the galleries forget them; nothing there is fine."""
        ...

    def share(self, uri: str, media_type: str, package: str) -> None:
        """Send a SEND intent with one picture or video, such as "image/jpeg", to the package. Raises `AppMissing`."""
        ...

    def shell(self, args: list[str]) -> str:
        """Run a command, each argument quoted, and return its output. Raises `ShellFailed` on a non-zero exit."""
        ...
