"""An app that came in an APK: a virtual phone runs no bytecode, so it shows its name and nothing happens."""

from __future__ import annotations

from phonefleet.geometry import Rect
from virtual_phones.apps import home
from virtual_phones.apps.manifest import Manifest
from virtual_phones.screen.node import Node


class InstalledApp:
    """An `App` that is known by its manifest only; `signer` stands for who signed its APK, "" for nobody known."""

    def __init__(self, manifest: Manifest, signer: str = "") -> None:
        self.signer = signer
        self.package, self.version_name = manifest.package, manifest.version_name
        self.version_code, self.main_activity = manifest.version_code, manifest.main_activity
        self.running = False

    @property
    def activity(self) -> str:
        """The activity on top."""
        return self.main_activity

    def launch(self) -> None:
        """Start."""
        self.running = True

    def open_link(self, url: str) -> bool:
        """Handle no links."""
        del url
        return False

    def stop(self) -> None:
        """End."""
        self.running = False

    def clear(self) -> None:
        """Have nothing to forget."""

    def tree(self, width: int, height: int) -> Node:
        """Show the package's name."""
        label = Node("android.widget.TextView", Rect(0, 200, width, 320), self.package, text=self.package)
        inside = home.content(width, height, self.package, label)
        return Node("android.widget.FrameLayout", Rect(0, 0, width, height), self.package, children=[inside])

    def back(self) -> bool:
        """Leave the screen."""
        return False

    def toast(self) -> str | None:
        """Show none."""
        return None
