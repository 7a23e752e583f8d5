"""A virtual phone driven by direct calls in the same process: the twin of the device layer, without ADB or threads.

For trying out app profiles and page objects. What it shows goes through the same hierarchy and drawing as on the wire.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from phonefleet.device.phone import Foreground, Health, Key
from phonefleet.errors import AppMissing, ElementMissing, LinkRefused, ShellFailed
from phonefleet.geometry import Point, Rect
from virtual_phones.languages import language_of
from virtual_phones.phone import VirtualPhone
from virtual_phones.screen import drawing
from virtual_phones.screen.hierarchy import dump_windows, shown_text, view


class DirectPhone:
    """Implements `phonefleet.device.phone.Phone`; it knows no shell commands.

    Example:
        >>> from virtual_phones.faults import Faults
        >>> phone = DirectPhone(VirtualPhone("phone-1", "Test", Faults(), []))
        >>> phone.press("home")
        >>> phone.foreground().package
        'com.android.launcher3'

    """

    def __init__(self, virtual: VirtualPhone) -> None:
        self.virtual = virtual

    @property
    def serial(self) -> str:
        """The serial that the virtual phone was given."""
        return self.virtual.serial

    def confirm(self) -> None:
        """See that the phone is this one: there is nothing in between."""

    def hierarchy(self) -> str:
        """Return the views of all windows as uiautomator XML."""
        windows = ((window.root, window.display) for window in self.virtual.windows())
        return dump_windows(windows, self.virtual.display, rotation=self.virtual.rotation)

    def labels_at(self, at: Point, resource_id: str) -> tuple[str, str] | None:
        """Return the true text and description of the view with this id that shows at a point."""
        shown = view(self.virtual.tree(), self.virtual.display).walk()
        found = [each.node for each in shown if each.node.resource_id == resource_id and each.bounds.contains(at)]
        return (shown_text(found[0]), found[0].content_desc) if resource_id and len(found) == 1 else None

    def display(self) -> Rect:
        """Return the whole display as it is held."""
        return self.virtual.display

    def screenshot(self) -> bytes:
        """Return the screen as PNG."""
        return drawing.to_png(self.virtual.picture(scale=0.25))

    def tap(self, point: Point) -> None:
        """Touch the screen once."""
        self.virtual.tap(point.x, point.y)

    def swipe(self, start: Point, end: Point, steps: int = 20) -> None:
        """Move a finger from start to end, at once however many the steps."""
        del steps
        self.virtual.swipe(start.x, start.y, end.x, end.y)

    def set_text(self, at: Point, resource_id: str, text: str) -> None:
        """Focus the editable view at a point and make `text` its whole content."""
        self.virtual.tap(at.x, at.y)
        node = self.virtual.focused_node
        if node is None or node.resource_id != resource_id:
            message = f"no editable view {resource_id!r} has the keyboard"
            raise ElementMissing(message)
        self.virtual.set_text(node, text)

    def press(self, key: Key) -> None:
        """Press a key."""
        self.virtual.press(key)

    def wake(self) -> None:
        """Switch the display on and dismiss an insecure keyguard."""
        self.virtual.wake()
        self.virtual.dismiss_keyguard()

    def open_link(self, url: str, package: str) -> None:
        """Send a VIEW intent with the URL to the package."""
        if not self.virtual.open_link(url, package):
            message = f"{package} does not open the address {url}: look whether it is one of this app"
            raise LinkRefused(message)

    def launch(self, package: str) -> None:
        """Start the app from its launcher icon."""
        if not self.virtual.start_app(package):
            message = f"{package} is not installed"
            raise AppMissing(message)

    def force_stop(self, package: str) -> None:
        """Stop the app's process."""
        self.virtual.stop_app(package)

    def foreground(self) -> Foreground:
        """Return the focused app."""
        return Foreground(*self.virtual.foreground)

    def app_version(self, package: str) -> str:
        """Return the installed versionName."""
        if package not in self.virtual.apps:
            message = f"{package} is not installed"
            raise AppMissing(message)
        return self.virtual.apps[package].version_name

    def language(self, package: str) -> str:
        """Return the language in which the phone shows an app."""
        return language_of(self.virtual, package)

    def health(self) -> Health:
        """Return battery, display and keyguard."""
        battery = self.virtual.battery
        there = self.virtual.traits.battery == "present" or not battery.usb_powered
        return Health(
            battery.level if there else None, battery.usb_powered, self.virtual.display_on, self.virtual.locked
        )

    def push(self, source: Path, target: str, modified: datetime) -> None:
        """Copy a file of the computer onto the phone."""
        self.virtual.files.write(target, source.read_bytes(), modified=int(modified.timestamp()))

    def scan_media(self, path: str) -> str:
        """Let the galleries know of a file; return its content URI."""
        item = self.virtual.media.scan(path)
        if item is None:
            message = f"{path} is no picture or video on the phone"
            raise ShellFailed(message)
        return item.uri

    def remove_media(self, folder: str) -> None:
        """Remove a folder, and let the galleries forget its files."""
        names = list(self.virtual.files.children(folder))
        self.virtual.files.remove(folder)
        for name in names:
            self.virtual.media.scan(f"{folder}/{name}")

    def share(self, uri: str, media_type: str, package: str) -> None:
        """Send a SEND intent with a picture or video to the package."""
        if not self.virtual.share(uri, package, media_type):
            message = f"{package} does not take {uri} ({media_type})"
            raise ShellFailed(message)

    def shell(self, args: list[str]) -> str:
        """Refuse the command."""
        message = f"there is no shell here for {args[0] if args else 'nothing'}"
        raise ShellFailed(message)

    def attempt(self, args: list[str], limit: timedelta | None = None) -> tuple[str, int]:
        """Refuse the command."""
        del limit
        return self.shell(args), 0

    def reboot(self) -> None:
        """Restart the virtual phone, which is back at once."""
        self.virtual.reboot()
