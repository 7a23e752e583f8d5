"""Folders of saved screens as people record them: hierarchies and a `manifest.yaml`, made from windows.

    kim = Recording(replayed.PACKAGE, replayed.VERSION, replayed.ACTIVITY, "ru-RU", start="home")
    kim.screen("home", app.post(tabs=True))
    kim.step("home", "kim", link="replayed://user/kim.kitchen")
    kim.write(folder)

Around each screen are the windows of the system, in an order that is drawn anew for each.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.screens import system
from tests.screens.building import FORMS, Box, Window, dump

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""Writes with libyaml where PyYAML was built with it."""


@dataclass(slots=True)
class Recording:
    """One folder. `seed` decides in which order the windows of each screen are saved."""

    package: str
    version: str
    activity: str
    language: str
    start: str
    seed: int = 0
    screens: dict[str, tuple[Window, ...]] = field(default_factory=dict[str, tuple[Window, ...]])
    alone: set[str] = field(default_factory=set[str])
    steps: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def screen(self, name: str, *windows: Window, alone: bool = False) -> None:
        """Add a screen; one that is `alone` has no bars around it."""
        self.screens[name] = windows
        if alone:
            self.alone.add(name)

    def tap(self, on: str, goto: str, box: Box) -> None:
        """Add a step: a touch inside of a rectangle leads on."""
        left, top, right, bottom = box
        self._step(on, goto, tap={"bounds": f"[{left},{top}][{right},{bottom}]"})

    def tap_id(self, on: str, goto: str, name: str) -> None:
        """Add a step: a touch of an element with this id leads on."""
        self._step(on, goto, tap={"id": name})

    def back(self, on: str, goto: str) -> None:
        """Add a step: the Back key leads on."""
        self._step(on, goto, key="back")

    def link(self, on: str, goto: str, pattern: str) -> None:
        """Add a step: a link leads on."""
        self._step(on, goto, link=pattern)

    def swipe(self, on: str, goto: str) -> None:
        """Add a step: a finger that moves up leads on."""
        self._step(on, goto, swipe="up")

    def share(self, on: str, goto: str) -> None:
        """Add a step: a picture that is shared with the app leads on."""
        self._step(on, goto, share="image/*")

    def write(self, folder: Path) -> Path:
        """Write the folder, and return it."""
        folder.mkdir(parents=True, exist_ok=True)
        chance = random.Random(self.seed)
        screens: dict[str, dict[str, str]] = {}
        for name, shown in self.screens.items():
            around = () if name in self.alone else (system.status_bar(), system.navigation())
            windows = chance.sample((*shown, *around), len(shown) + len(around))
            file = f"{len(screens):02} {name}.xml"
            (folder / file).write_text(dump(*windows, form=chance.choice(FORMS)), encoding="utf-8")
            screens[name] = {"hierarchy": file}
        manifest: Mapping[str, Any] = {
            "app": {"package": self.package, "version": self.version, "activity": self.activity},
            "language": self.language,
            "start": self.start,
            "screens": screens,
            "steps": self.steps,
        }
        (folder / "manifest.yaml").write_text(
            yaml.dump(manifest, Dumper=_DUMPER, sort_keys=False, allow_unicode=True), "utf-8"
        )
        return folder

    def _step(self, on: str, goto: str, **trigger: object) -> None:
        self.steps.append({"on": on, **trigger, "goto": goto})
