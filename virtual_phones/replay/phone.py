"""A phone that shows saved screens: what touches, keys, texts and links do to them, and the log of all that.

What is touched without a step leaves the screen as it is. The launcher, the keyguard and the shade are those of any
virtual phone, unless they are saved screens themselves.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Sequence
from dataclasses import replace

from PIL import Image, ImageOps

from phonefleet.clock import Clock
from phonefleet.geometry import Point, Rect
from virtual_phones.apps import home
from virtual_phones.faults import Fault, Faults, site_of
from virtual_phones.input import keys
from virtual_phones.phone import VirtualPhone
from virtual_phones.replay import windows
from virtual_phones.replay.app import KNOWN, ReplayApp
from virtual_phones.replay.live_screen import LiveScreen
from virtual_phones.replay.manifest import Replay
from virtual_phones.replay.steps import Step, fits
from virtual_phones.replay.system_dialog import system_dialog
from virtual_phones.replay.touches import Done, Kind, Touch, TouchLog
from virtual_phones.replay.windows import SavedScene
from virtual_phones.sample.system_dialogs import Form
from virtual_phones.screen import touch
from virtual_phones.screen.node import Direction, Node
from virtual_phones.system.traits import Traits
from virtual_phones.windows.equipment import Equipment
from virtual_phones.windows.window import Scene, Window

_FINGER: dict[Direction, Direction] = {"up": "down", "down": "up", "left": "right", "right": "left"}
"""Where the finger moves, by where the content is advanced."""
_STAYING = frozenset({keys.BACK, keys.ENTER, keys.CENTER, keys.SEARCH})
"""Keys that do something by steps alone."""


class ReplayPhone(VirtualPhone):
    """A virtual phone with one app, the screens of which were saved. It begins with the first screen in front.

    Nothing else is particular about it: it has no traits, and a second display only where a saved screen has one.

    Example:
        >>> from virtual_phones.replay.manifest import load
        >>> phone = ReplayPhone("phone-1", "Test", Faults(), load(Path("screens")), TouchLog())  # doctest: +SKIP
        >>> phone.tap(540, 300)  # doctest: +SKIP

    """

    def __init__(  # noqa: PLR0913 - a phone is described by these
        self,
        serial: str,
        model: str,
        faults: Faults,
        replay: Replay,
        log: TouchLog,
        *,
        clock: Clock | None = None,
        seed: int | None = None,
    ) -> None:
        self._log, self._replay = log, replay
        self._app = ReplayApp(replay, faults, self._type_into)
        width, height = replay.size
        super().__init__(serial, model, faults, [self._app], width=width, height=height, clock=clock, seed=seed)
        self.traits = Traits(locale=replay.language)
        self.equipment = Equipment(second_display=replay.second_display)
        self.properties["ro.product.locale"] = replay.language
        self._app.begin()
        self._bring_to_front(self._app, was_running=False)

    # --- the screen -------------------------------------------------------------------------------------

    @property
    def saved_screen(self) -> str | None:
        """The name of the saved screen that shows; None while something else does."""
        return self._app.live.name if self._replays else None

    @property
    def touches(self) -> Sequence[Touch]:
        """What was done to this phone, in order."""
        return self._log.all(self.properties["ro.serialno"])

    def show(self, name: str) -> None:
        """Show a saved screen, whatever leads to it.

        Raises:
            KeyError: there is no such screen.

        """
        self._app.show(name)
        self._app.begin()
        self._bring_to_front(self._app, was_running=True)

    @property
    def rotation(self) -> int:
        """Quarter turns to the left; a saved screen stays as the phone was held for it."""
        return self._live.rotation if self._replays else self._rotation

    @rotation.setter
    def rotation(self, turns: int) -> None:
        self._rotation = turns

    @property
    def locked(self) -> bool:
        """Whether the keyguard shows, saved or not."""
        return self._locked or (self._replays and self._live.locked)

    @locked.setter
    def locked(self, locked: bool) -> None:
        self._locked = locked

    @property
    def foreground(self) -> tuple[str, str]:
        """Package and activity of what is in front."""
        return self._live.foreground if self._replays else super().foreground

    def scene(self) -> Scene:
        """Return what is on the first display now."""
        if not self._replays:
            return super().scene()
        if self._app.dialog is not None:
            dialog = self._dialog(self._app.dialog)
            return SavedScene(dialog, None, [Window("dialog", dialog, active=True)])
        return self._live.scene

    def windows(self) -> Sequence[Window]:
        """Return all windows of all displays; those of a saved screen in the order of its file."""
        if not self._replays:
            return super().windows()
        return self.scene().windows if self._app.dialog is not None else self._live.all_windows

    def picture(self, scale: float = 1.0) -> Image.Image:
        """Return the picture that was saved with the screen, else one that is drawn from its views."""
        saved = self._live.picture
        if saved is None or not self._replays or self._app.dialog is not None or not self.display_on:
            return super().picture(scale)
        size = max(1, round(self.width * scale)), max(1, round(self.height * scale))
        return _sized(saved, size)

    def knows(self, fault: Fault) -> bool:
        """Tell whether this fault can strike here: of those of an app, only the ones that need no screen of it."""
        return fault in KNOWN or site_of(fault) not in {"app", "upload"}

    def recover(self) -> None:
        """End all lasting conditions, and take the system's dialog away."""
        super().recover()
        self._app.dialog = None

    # --- touches and keys -------------------------------------------------------------------------------

    def tap(self, x: float, y: float) -> bool:
        """Touch the screen; False only when the point is outside of it."""
        return self._touch("tap", Point(int(x), int(y)), lambda: super(ReplayPhone, self).tap(x, y))

    def long_tap(self, x: float, y: float) -> bool:
        """Touch the screen and stay; a saved screen takes it for a tap."""
        return self._touch("long_tap", Point(int(x), int(y)), lambda: super(ReplayPhone, self).long_tap(x, y))

    def swipe(self, x1: float, y1: float, x2: float, y2: float) -> bool:
        """Move a finger; tells whether that led to another screen."""
        start, end = Point(int(x1), int(y1)), Point(int(x2), int(y2))
        direction = touch.direction_of(start, end)
        if direction is None:
            self.tap(x1, y1)
            return False
        finger = _FINGER[direction]
        step = self._step(lambda step: step.swipe == finger)
        self._note(Done("swipe", self._hit(start), start, finger, goto=_goto(step)))
        if not self._replays:
            return super().swipe(x1, y1, x2, y2)
        self._app.follow(step)
        return step is not None

    def press(self, key: str | int) -> bool:
        """Press a key, by name or code; False for an unknown key. Back and Enter do nothing without a step."""
        try:
            code = keys.code_of(key)
        except ValueError:
            return False
        if self._press(code):
            return True
        if not self._replays or code not in {*_STAYING, keys.DELETE}:
            super().press(code)
        elif code == keys.DELETE and (field := self.focused_node) is not None:
            self.set_text(field, self._live.content(field)[:-1])
        return True

    def enter(self) -> bool:
        """Press the keyboard's action key; False when no field has the keyboard."""
        if not self._replays:
            return super().enter()
        there = self.focused_node is not None
        self._press(keys.ENTER)
        return there

    def type_text(self, text: str) -> bool:
        """Append to the focused field's content; False when no field has the keyboard."""
        if not self._replays:
            return super().type_text(text)
        field = self.focused_node
        if field is None:
            self._note(Done("text", value=text))
            return False
        return self.set_text(field, self._live.content(field) + text)

    def focus(self, node: Node) -> None:
        """Give the keyboard to a field."""
        if self._replays:
            self._live.focus(node)
        else:
            super().focus(node)

    @property
    def focused_node(self) -> Node | None:
        """The field that has the keyboard."""
        return self.scene().field

    # --- apps -------------------------------------------------------------------------------------------

    def open_link(self, url: str, package: str | None = None) -> bool:
        """Follow the step for a URL; without one, the app that is named comes to the front as it is."""
        return self._receive(
            Done("link", value=url, package=package or ""),
            lambda step: fits(url, step.link),
            lambda: super(ReplayPhone, self).open_link(url, package),
        )

    def share(self, uri: str, package: str | None = None, media_type: str = "") -> bool:
        """Follow the step for a media type; without one, the app that is named comes to the front as it is."""
        if self.media.at(uri) is None:
            return False
        return self._receive(
            Done("share", value=media_type, uri=uri, package=package or ""),
            lambda step: fits(media_type, step.share),
            lambda: super(ReplayPhone, self).share(uri, package, media_type),
        )

    # --- inside -----------------------------------------------------------------------------------------

    @property
    def _live(self) -> LiveScreen:
        return self._app.live

    @property
    def _replays(self) -> bool:
        """Whether a saved screen shows, and not the launcher, the shade or the keyguard of the phone itself."""
        return self.front is self._app and self.panel is None and not self._locked

    def _step(self, leads_on: Callable[[Step], bool]) -> Step | None:
        shows = self._replays and self.display_on and self._app.dialog is None
        return self._live.step(leads_on) if shows else None

    def _path(self, point: Point) -> list[Node]:
        return self.scene().path_at(point) if self.display_on else []

    def _hit(self, point: Point) -> Node | None:
        path = self._path(point)
        return path[-1] if path else None

    def _note(self, done: Done) -> None:
        """Write into the log what is being done, before it changes anything."""
        phone, time = (self.serial, self.properties["ro.serialno"]), self.clock.now().isoformat()
        self._log.add(done, phone=phone, time=time, screen=self.saved_screen)

    def _touch(self, kind: Kind, point: Point, otherwise: Callable[[], bool]) -> bool:
        """Touch a saved screen, or do what any virtual phone does."""
        if not self.display.contains(point):
            return False
        path = self._path(point)
        step = self._step(lambda step: step.tap is not None and step.tap.is_hit(path, point))
        self._note(Done(kind, path[-1] if path else None, point, goto=_goto(step)))
        if not self._replays:
            return otherwise()
        if self.display_on:
            self._app.do(lambda: self._act(path, step))
        return True

    def _act(self, path: Sequence[Node], step: Step | None) -> None:
        """Do what a touch does: the system's dialog acts, a field gets the focus, a step leads on."""
        target = touch.receiver(path, lambda node: node.on_tap is not None)
        if target is not None and target.on_tap is not None:
            target.on_tap()
        field = next((node for node in reversed(path) if windows.is_editable(node)), None)
        if field is not None and field.enabled:
            self._live.focus(field)
        self._app.follow(step)

    def _press(self, code: int) -> bool:
        """Press a key on a saved screen; tell whether it led to another one."""
        step = self._step(lambda step: step.key == code)
        self._note(
            Done("key", self.focused_node if self._replays else None, value=keys.name_of(code), goto=_goto(step))
        )
        self._app.follow(step)
        return step is not None

    def _type_into(self, field: Node, text: str) -> None:
        """Make `text` the content of a field; what is typed last is still in the field of the screen that follows."""
        step = self._step(lambda step: fits(text, step.text) and bool(text or not step.text))
        self._note(Done("text", field, value=text, goto=_goto(step)))
        self._live.write(field, text)
        self._app.follow(step)
        if step is not None:
            self._live.take_over(field.resource_id, text)

    def _receive(self, done: Done, leads_on: Callable[[Step], bool], otherwise: Callable[[], bool]) -> bool:
        """Take an intent that is for this app, or hand it to another one."""
        mine = done.package in {"", self._app.package}
        step = self._live.step(leads_on) if mine else None
        self._note(replace(done, goto=_goto(step)))
        if not mine or (step is None and not done.package):
            return otherwise()
        was_running = self._app.running
        self._app.do(lambda: self._follow(step))
        self._bring_to_front(self._app, was_running=was_running)
        return True

    def _follow(self, step: Step | None) -> None:
        self._app.begin()
        self._app.follow(step)

    def _dialog(self, form: Form) -> Node:
        display = Rect(0, 0, self.width, self.height)
        app = home.label(self._app), self._replay.language.partition("-")[0]
        return system_dialog(form, display, app, self._app.answer)


def _goto(step: Step | None) -> str | None:
    return step.goto if step is not None else None


@functools.lru_cache(maxsize=8)
def _sized(data: bytes, size: tuple[int, int]) -> Image.Image:
    """Return a picture in this size; nobody changes it."""
    with Image.open(io.BytesIO(data)) as picture:
        return ImageOps.fit(picture.convert("RGB"), size)
