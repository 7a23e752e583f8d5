"""A virtual phone's system: what is installed, what is on the screen, and what touches and keys do to it.

It knows nothing of ADB, HTTP or files on the computer; the wire, the shell and the uiautomator server all act on this
one object, from one event loop.
"""

from __future__ import annotations

import itertools
import random
import zlib
from collections.abc import Callable, Sequence

from PIL import Image

from phonefleet.clock import Clock, SystemClock
from phonefleet.geometry import Point, Rect
from virtual_phones.apps import home
from virtual_phones.apps.app import App, Watched, full_name
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.input import gestures, keypad, keys
from virtual_phones.input.kernel import KernelInput
from virtual_phones.screen import drawing
from virtual_phones.screen.focus import Focus
from virtual_phones.screen.node import Node
from virtual_phones.system import system_log
from virtual_phones.system.files import FileTree
from virtual_phones.system.hardware import ADB_KEYBOARD, SOFT_KEYBOARD, Battery, build_properties, first_settings
from virtual_phones.system.media_store import MediaStore
from virtual_phones.system.streams import Automation, Dial, NoAutomation, Serve
from virtual_phones.system.traits import Traits
from virtual_phones.windows import layout
from virtual_phones.windows.equipment import Equipment
from virtual_phones.windows.window import Scene, Window


class VirtualPhone:
    """One phone. `width` and `height` are those of the display as it is held, in pixels.

    `seed` draws how the phone is made, and the order of its windows in each dump; without one its serial does. `u2` is
    the uiautomator server; whoever builds the phone puts the real one there.
    """

    def __init__(  # noqa: PLR0913 - a phone is described by these
        self,
        serial: str,
        model: str,
        faults: Faults,
        apps: Sequence[App],
        *,
        width: int = 1080,
        height: int = 2400,
        clock: Clock | None = None,
        seed: int | None = None,
    ) -> None:
        self.serial, self.model, self.faults = serial, model, faults
        self.physical = (width, height)
        self.clock: Clock = clock or SystemClock()
        self.booted, self.boots = self.clock.now(), 1
        """When it was last started, and how often it was since it was new."""
        self.on_restart: Callable[[], None] = lambda: None
        """What a restart means to whoever holds the connections to the phone."""
        self.apps: dict[str, App] = {app.package: app for app in apps}
        self.u2: Automation = NoAutomation()
        self.u2_port = 9008
        self.reversed: dict[int, Dial] = {}
        self.listeners: dict[int, Serve] = {}
        self.properties = build_properties(serial, model)
        self.settings = first_settings(serial)
        self.files, self.log = FileTree(), system_log.SystemLog(self.clock)
        self.kernel = KernelInput(self.clock)
        self.media = MediaStore(self.files, self.clock, apps)
        self.battery, self.traits = Battery(), Traits.drawn(faults.seed if seed is None else seed)
        self.input_methods = {SOFT_KEYBOARD: True, ADB_KEYBOARD: False}
        """Installed input methods, and whether each is enabled."""
        self.clipboard: str | None = None
        self.display_on, self._locked = True, False
        self.secure_lock = False
        """Whether only a person can unlock the keyguard."""
        self._rotation = 0
        self.panel: home.Panel | None = None
        self.granted: set[tuple[str, str]] = set()
        """Permissions granted at run time, as (package, permission)."""
        self._next_pid = itertools.count(5001, 7)
        self._pids: dict[str, int] = {}
        self._front: str | None = None
        self.keyboard = Focus()
        self._chance = random.Random(zlib.crc32(serial.encode()) if seed is None else seed)  # noqa: S311 - repeatable
        self.equipment = Equipment.drawn(self._chance)

    # --- the display ------------------------------------------------------------------------------------

    @property
    def width(self) -> int:
        """Width of the display as it is held, in pixels."""
        return self.physical[self.rotation % 2]

    @property
    def height(self) -> int:
        """Height of the display as it is held, in pixels."""
        return self.physical[1 - self.rotation % 2]

    @property
    def rotation(self) -> int:
        """Quarter turns to the left of the natural position, 0 to 3."""
        return self._rotation

    @rotation.setter
    def rotation(self, turns: int) -> None:
        self._rotation = turns

    @property
    def locked(self) -> bool:
        """Whether the keyguard shows, or will as soon as the display is on."""
        return self._locked

    @locked.setter
    def locked(self, locked: bool) -> None:
        self._locked = locked

    @property
    def front(self) -> App | None:
        """The running app on the screen; None on the launcher and when the app in front has crashed."""
        app = self.apps.get(self._front or "")
        return app if app is not None and app.running else None

    @property
    def foreground(self) -> tuple[str, str]:
        """Package and activity of the focused window."""
        if (app := self.front) is not None:
            return app.package, app.activity
        return home.LAUNCHER, home.LAUNCHER_ACTIVITY

    @property
    def display(self) -> Rect:
        """The whole display as it is held."""
        return Rect(0, 0, self.width, self.height)

    def scene(self) -> Scene:
        """Return what is on the displays now; the view that has the keyboard is marked `focused`."""
        scene = layout.scene(self)
        if scene.field is not None:
            scene.field.focused = True
        return scene

    def tree(self) -> Node:
        """Return what is in front now, laid out, without the system's bars; what a dialog hides is part of it."""
        return self.scene().front

    def windows(self) -> Sequence[Window]:
        """Return all windows of all displays as accessibility sees them, in another order at each look.

        The uiautomator server collects the roots in a hash set of objects that it has just made.
        """
        windows = self.scene().windows
        if isinstance(self.front, Watched):
            self.front.seen()
        return self._chance.sample(windows, len(windows))

    def picture(self, scale: float = 1.0) -> Image.Image:
        """Return what the first display shows, `scale` pixels for each of its own; black while it is off."""
        dark = not self.display_on
        return drawing.draw(self.scene().picture, self.width, self.height, scale=scale, dark=dark)

    def knows(self, fault: Fault) -> bool:
        """Tell whether this fault can strike here; a phone whose app has no such screen never meets it."""
        del fault
        return True

    def toast(self) -> str | None:
        """Return the toast of the app in front, if one shows."""
        app = self.front
        return app.toast() if app is not None else None

    def wake(self) -> None:
        """Switch the display on; the keyguard stays."""
        self.display_on = True

    def sleep(self) -> None:
        """Switch the display off."""
        self.display_on, self._locked = False, self._locked or self.secure_lock

    def dismiss_keyguard(self) -> bool:
        """Unlock the phone unless a person must do it; tell whether it is unlocked."""
        self._locked = self._locked and self.secure_lock
        return not self.locked

    def open_panel(self, panel: home.Panel | None) -> None:
        """Pull down the notification shade or the quick settings, or (None) close them."""
        self.panel = panel

    # --- touches and keys -------------------------------------------------------------------------------

    def tap(self, x: float, y: float) -> bool:
        """Touch the screen; False only when the point is outside of it."""
        return gestures.tap(self, x, y)

    def long_tap(self, x: float, y: float) -> bool:
        """Touch the screen and stay; a view that knows no long touch takes it for a tap."""
        return gestures.long_tap(self, x, y)

    def swipe(self, x1: float, y1: float, x2: float, y2: float) -> bool:
        """Move a finger; the innermost scrollable view under its start scrolls. Tells whether content moved."""
        return gestures.swipe(self, Point(int(x1), int(y1)), Point(int(x2), int(y2)))

    def press(self, key: str | int) -> bool:
        """Press a key, by name or code (see `virtual_phones.input.keys`); False for an unknown key."""
        try:
            code = keys.code_of(key)
        except ValueError:
            return False
        keypad.press(self, code)
        return True

    def type_text(self, text: str) -> bool:
        """Append to the focused view's text; False when no view has the keyboard."""
        node = self.focused_node
        return node is not None and self.set_text(node, node.text + text)

    def set_text(self, node: Node, text: str) -> bool:
        """Make `text` the whole content of an editable view; False for any other view."""
        if node.on_text is None or not node.enabled:
            return False
        node.on_text(text)
        return True

    def focus(self, node: Node) -> None:
        """Give the keyboard to an editable view of the current screen."""
        self.keyboard.move(node, layout.scene(self).front, self.foreground)

    @property
    def focused_node(self) -> Node | None:
        """The editable view that has the keyboard, on the screen as it is now."""
        return layout.scene(self).field

    @property
    def input_method(self) -> str:
        """The input method whose keyboard comes."""
        return self.settings["secure", "default_input_method"]

    def strike(self, label: str) -> None:
        """Touch a key of the keyboard on the screen."""
        keypad.strike(self, label)

    def enter(self) -> bool:
        """Press the keyboard's action key; False when the focused view has none."""
        node = self.focused_node
        if node is None or node.on_enter is None:
            return False
        node.on_enter()
        return True

    # --- apps -------------------------------------------------------------------------------------------

    def start_app(self, package: str) -> bool:
        """Bring an app to the front as its launcher icon does; False when it is not installed."""
        if (app := self.apps.get(package)) is None:
            return False
        was_running = app.running
        app.launch()
        self._bring_to_front(app, was_running=was_running)
        return True

    def start_activity(self, package: str, activity: str) -> bool:
        """Start an app by its exported activity (short or full class name); False when there is none."""
        app = self.apps.get(package)
        if app is None or full_name(package, activity) != full_name(package, app.main_activity):
            return False
        return self.start_app(package)

    def open_link(self, url: str, package: str | None = None) -> bool:
        """Send a VIEW intent to the package, or to the first app that handles the URL."""
        return self._hand_over(lambda app: app.open_link(url), package)

    def share(self, uri: str, package: str | None = None, media_type: str = "") -> bool:
        """Send a SEND intent with a picture or video to the package, or to the first app that takes it."""
        del media_type
        return self._hand_over(lambda app: self.media.offer(uri, app), package)

    def pid(self, package: str) -> int:
        """Return the id of an app's process; each start gives another one."""
        return self._pids.get(package, 0)

    def stop_app(self, package: str) -> None:
        """End an app's process; the launcher shows if it was in front."""
        if (app := self.apps.get(package)) is not None:
            app.stop()
        if self._front == package:
            self._front = None

    def go_home(self) -> None:
        """Show the launcher; the app in front goes on running behind it."""
        self._front, self.panel = None, None

    def reboot(self) -> None:
        """Restart the phone: all processes end and the launcher shows."""
        self.u2.stop()
        for app in self.apps.values():
            app.stop()
        self.go_home()
        self.display_on, self.rotation, self.booted = True, 0, self.clock.now()
        self.boots += 1
        self.on_restart()

    # --- lasting conditions -----------------------------------------------------------------------------

    def suffer(self, strike: Strike) -> bool:
        """Set a lasting condition (battery low, display off, locked); False for any other fault."""
        match strike.fault:
            case Fault.LOW_BATTERY:
                self.battery = Battery(level=3 if strike.percent is None else strike.percent, usb_powered=False)
            case Fault.SCREEN_OFF:
                self.display_on = False
            case Fault.LOCKED:
                self.locked = self.secure_lock = True
            case _:
                return False
        return True

    def recover(self) -> None:
        """End all lasting conditions, as a person who looks after the phone would."""
        self.battery, self.display_on, self.locked, self.secure_lock = Battery(), True, False, False

    # --- inside -----------------------------------------------------------------------------------------

    def _hand_over(self, take: Callable[[App], bool], package: str | None) -> bool:
        """Offer an intent to the package, or to one app after the other; the first that takes it comes to the front."""
        for app in self.apps.values():
            was_running = app.running
            if package in (None, app.package) and take(app):
                self._bring_to_front(app, was_running=was_running)
                return True
        return False

    def _bring_to_front(self, app: App, *, was_running: bool) -> None:
        if not was_running:
            self._pids[app.package] = next(self._next_pid)
        self._front, self.panel = app.package, None
