"""Screens of our own in the form of real ones: what Android and the makers of phones show over apps.

Dumps are made of `node`; `MadeUpDialog` is the same on a virtual phone, where it lies over the sample app.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from phonefleet.errors import LinkLost
from phonefleet.geometry import Point, Rect
from virtual_phones.direct import DirectPhone
from virtual_phones.sample import SampleApp
from virtual_phones.sample.layout import Piece, Slot, centered, column, inset
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button, text
from virtual_phones.screen.node import Node

FULL = "[0,0][1080,2400]"
SYSTEM_UI = "com.android.systemui"
PACKAGE = "com.phonefleet.sample"


def node(said: str = "", bounds: str = FULL, package: str = PACKAGE, inner: str = "", **attributes: object) -> str:
    """Return one node; `resource_id`, `content_desc` and the like are attributes."""
    given = {"class": "android.widget.FrameLayout", **{key.replace("_", "-"): each for key, each in attributes.items()}}
    rest = "".join(f' {name}="{escape(str(value))}"' for name, value in given.items())
    return f'<node text="{escape(said)}" package="{package}" bounds="{bounds}"{rest}>{inner}</node>'


def dump(*windows: str) -> str:
    return f'<hierarchy rotation="0">{"".join(windows)}</hierarchy>'


STATUS_BAR = node(bounds="[0,0][1080,110]", package=SYSTEM_UI, inner=node(
    bounds="[0,0][99,99]", package=SYSTEM_UI, content_desc="Android System notification: USB debugging connected",
))  # fmt: skip
NAVIGATION_BAR = node(bounds="[0,2300][1080,2400]", package=SYSTEM_UI, inner=node(
    bounds="[400,2300][600,2400]", package=SYSTEM_UI, content_desc="Home", resource_id=f"{SYSTEM_UI}:id/home",
))  # fmt: skip
BARS = (STATUS_BAR, NAVIGATION_BAR)


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a dialog: what it says and, without its package, the id that it bears."""

    says: str
    id: str = ""


def button_of(described: str) -> Button:
    """Return the button that a text describes as "what it says|its id"."""
    says, _, name = described.partition("|")
    return Button(says, name)


@dataclass(eq=False, slots=True)
class MadeUpDialog:
    """A dialog of the system over the sample app. `lingers` is how many looks it still shows after its button."""

    package: str
    title: str
    buttons: Sequence[Button]
    prefix: str = ""
    """Whose ids these are, where they are not the package's own."""
    title_id: str = "message"
    lingers: int = 0
    stubborn: bool = False
    """Whether no button but the last one puts it away."""
    touched: list[str] = field(default_factory=list[str])
    going: bool = False
    cancelable: bool = False

    def dump(self) -> str:
        """Return its window as a dump has it."""
        inner = node(self.title, "[133,1072][947,1135]", self.package, resource_id=f"{self.owner}:id/{self.title_id}")
        for number, each in enumerate(self.buttons):
            bounds = f"[70,{1174 + 130 * number}][1010,{1300 + 130 * number}]"
            named = f"{self.owner}:id/{each.id}" if each.id else ""
            inner += node(each.says, bounds, self.package, **{"class": "android.widget.Button", "resource-id": named})
        return node("", "[28,1000][1052,2000]", self.package, inner)

    @property
    def owner(self) -> str:
        return self.prefix or self.package

    def panel(self, stage: Stage) -> Piece:
        """Return it as a virtual phone draws it."""
        title = text(self.title, resource_id=f"{self.owner}:id/{self.title_id}")
        slots = [Slot(inset(title, 40), 180)]
        for number, each in enumerate(self.buttons):
            last = number == len(self.buttons) - 1
            named = f"{self.owner}:id/{each.id}" if each.id else ""
            slots.append(Slot(button(each.says, self._touch(stage, each, last=last), resource_id=named), 150))
        body = column(*slots, resource_id=f"{self.owner}:id/parentPanel", fill="#ffffff")
        return centered(body, 900, 300 + 150 * len(self.buttons))

    def _touch(self, stage: Stage, touched: Button, *, last: bool) -> Callable[[], None]:
        def answer() -> None:
            self.touched.append(touched.id or touched.says)
            if self.stubborn and not last:
                return
            self.going = True
            if not self.lingers:
                stage.close(self)

        return answer


class FadingPhone(DirectPhone):
    """A phone on which dialogs fade: they still show, and take touches no more, for some looks after their button."""

    def __init__(self, phone: DirectPhone, app: SampleApp) -> None:
        super().__init__(phone.virtual)
        self.app = app
        self.dialogs: list[MadeUpDialog] = []
        self.fallen_through: list[Point] = []
        """Touches that landed on what lies below a dialog that fades."""
        self.lost = 0
        """So many replies to touches are lost: they happen, and nobody hears of it."""
        self.blind_after_touch = False
        """Whether the look after the next touch fails, before the phone has heard of it."""
        self._blind = False

    def show(self, dialog: MadeUpDialog) -> MadeUpDialog:
        self.dialogs.append(dialog)
        self.app.ask(dialog)
        return dialog

    def hierarchy(self) -> str:
        if self._blind:
            self._blind = False
            raise LinkLost
        seen = super().hierarchy()
        for dialog in [each for each in self.dialogs if each.going]:
            dialog.lingers -= 1
            if dialog.lingers < 0:
                self.app.close(dialog)
                self.dialogs.remove(dialog)
                seen = super().hierarchy()
        return seen

    def tap(self, point: Point) -> None:
        if any(dialog.going for dialog in self.dialogs):
            self.fallen_through.append(point)
        else:
            super().tap(point)
        self._blind, self.blind_after_touch = self.blind_after_touch, False
        if self.lost:
            self.lost -= 1
            raise LinkLost


@dataclass(eq=False, slots=True)
class OtherApp:
    """An app that the driver's profile knows nothing of; it has one screen."""

    package: str = "org.other"
    version_name: str = "1"
    version_code: int = 1
    main_activity: str = ".Main"
    activity: str = ".Main"
    running: bool = False

    def launch(self) -> None:
        self.running = True

    def open_link(self, url: str) -> bool:
        return url.startswith("other://")

    def stop(self) -> None:
        self.running = False

    def clear(self) -> None:
        self.stop()

    def back(self) -> bool:
        return False

    def toast(self) -> str | None:
        return None

    def tree(self, width: int, height: int) -> Node:
        whole = Rect(0, 0, width, height)
        words = Node("android.widget.TextView", Rect(0, 400, width, 500), self.package, text="A call")
        return Node("android.widget.FrameLayout", whole, self.package, children=[words])
