"""Saved screens for tests: how to write a folder of them, to serve it as a phone, and to read what was touched.

with replay(folder) as phone:
    run_something_on(phone.serial)
    assert [touch.id for touch in phone.touches("tap")] == ["com.example.app:id/follow"]
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

import yaml

from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions
from virtual_phones.phone import VirtualPhone
from virtual_phones.replay.phone import ReplayPhone
from virtual_phones.replay.touches import Kind, Touch

PACKAGE = "com.example.app"
_FLAGS = (
    "checkable", "checked", "clickable", "enabled", "focusable", "focused", "scrollable", "long-clickable", "password",
    "selected",
)  # fmt: skip


@dataclass(frozen=True)
class Replayed:
    """A replay phone: `serial` is what adb connects to."""

    fleet: BackgroundFleet
    serial: str

    @property
    def phone(self) -> ReplayPhone:
        """The phone itself, to be touched through `fleet.call` only."""
        phone: VirtualPhone = self.fleet.phone(self.serial)
        assert isinstance(phone, ReplayPhone)
        return phone

    @property
    def screen(self) -> str | None:
        """The name of the saved screen that shows."""
        return self.fleet.call(lambda: self.phone.saved_screen)

    def show(self, name: str) -> None:
        """Show a saved screen, whatever leads to it."""
        self.fleet.call(lambda: self.phone.show(name))

    def touches(self, *kinds: Kind) -> Sequence[Touch]:
        """Return what was done to this phone, in order; with kinds only that of those kinds."""
        done = self.fleet.call(lambda: self.phone.touches)
        return [touch for touch in done if not kinds or touch.kind in kinds]


@contextmanager
def replay(folder: Path, *, fault_rate: float = 0.0, seed: int = 0) -> Generator[Replayed]:
    """Serve a folder of saved screens as a phone inside of the block."""
    options = FleetOptions(screens=[folder], base_port=0, fault_rate=fault_rate, seed=seed)
    with BackgroundFleet(options) as fleet:
        yield Replayed(fleet, fleet.serials[0])


# --- writing screens --------------------------------------------------------------------------------------


def view(bounds: str, *children: str, package: str = PACKAGE, kind: str = "TextView", **attributes: str | bool) -> str:
    """Return one view as XML: `id` without a package gets the view's own; flags are given as True or False.

    >>> view("[0,0][9,9]", id="title", text="Hello", clickable=True)[:50]
    '<node index="0" text="Hello" resource-id="com.exam'
    """
    given = {name.replace("_", "-"): _word(value) for name, value in attributes.items()}
    name = given.pop("id", "")
    flags = {flag: given.pop(flag, "true" if flag == "enabled" else "false") for flag in _FLAGS}
    whole = {
        "index": given.pop("index", "0"),
        "text": given.pop("text", ""),
        "resource-id": f"{package}:id/{name}" if name and "/" not in name else name,
        "class": kind if "." in kind else f"android.widget.{kind}",
        "package": package,
        "content-desc": given.pop("desc", ""),
        **flags,
        "visible-to-user": "true",
        "bounds": bounds,
        **given,
    }
    written = " ".join(f"{name}={quoteattr(value, {chr(10): '&#10;'})}" for name, value in whole.items())
    return f"<node {written}>{''.join(children)}</node>" if children else f"<node {written}/>"


def hierarchy(*windows: str, rotation: int = 0) -> str:
    """Return a hierarchy of these windows as XML."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<hierarchy rotation="{rotation}">{"".join(windows)}</hierarchy>\n'


def save(
    folder: Path,
    screens: Mapping[str, str],
    steps: Sequence[Mapping[str, object]] = (),
    *,
    pictures: Mapping[str, bytes] | None = None,
    **fields: object,
) -> Path:
    """Write a folder of screens, given as XML by their names; the first one is shown first. Return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rules = {name: {"hierarchy": f"{name}.xml"} for name in screens}
    for name, xml in screens.items():
        (folder / f"{name}.xml").write_text(xml, encoding="utf-8")
    for name, picture in (pictures or {}).items():
        (folder / f"{name}.png").write_bytes(picture)
        rules[name]["picture"] = f"{name}.png"
    manifest = {
        "app": {"package": PACKAGE, "version": "1.2.3", "activity": ".MainActivity"},
        "language": "en-US",
        "start": next(iter(screens)),
        "screens": rules,
        "steps": [dict(step) for step in steps],
        **fields,
    }
    (folder / "manifest.yaml").write_text(yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True), "utf-8")
    return folder


def _word(value: str | bool) -> str:  # noqa: FBT001 - the value is what is written
    return value if isinstance(value, str) else str(value).lower()
