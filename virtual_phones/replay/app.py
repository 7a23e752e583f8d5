"""The app of a replay phone: which saved screen shows, and the faults that end it or bring dialogs of the system."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from virtual_phones.faults import Fault, Faults
from virtual_phones.replay.live_screen import LiveScreen, Typed
from virtual_phones.replay.manifest import Replay
from virtual_phones.replay.steps import Step
from virtual_phones.sample.system_dialogs import (
    DEBUGGING,
    KEEPS_STOPPING,
    LOW_BATTERY,
    NOT_RESPONDING,
    Answer,
    Form,
    Maker,
    maker_of,
    permission,
    usb,
)  # fmt: skip
from virtual_phones.screen.node import Node

Ask = Callable[[Maker, int], Form | None]
"""Returns the dialog of a maker's phone after so many refusals; None when it asks for nothing any more."""

_DIALOGS: Mapping[Fault | None, Ask] = {
    Fault.ANR: lambda _, __: NOT_RESPONDING,
    Fault.KEEPS_STOPPING: lambda _, __: KEEPS_STOPPING,
    Fault.BATTERY_DIALOG: lambda _, __: LOW_BATTERY,
    Fault.DEBUGGING_DIALOG: lambda _, __: DEBUGGING,
    Fault.USB_DIALOG: lambda maker, _: usb(maker),
    Fault.PERMISSION: permission,
}
KNOWN = frozenset({Fault.CRASH, *filter(None, _DIALOGS)})
"""The faults of an app that strike here; any other one has a screen of its own in the app, which has to be saved."""


class ReplayApp:
    """An `App` that shows saved screens.

    A fault of site "app" is drawn once for each start, link and touch; of those drawn by chance, the ones that need a
    screen of the app do nothing. `typed` gets what is typed into a field.
    """

    def __init__(self, replay: Replay, faults: Faults, typed: Typed) -> None:
        self.replay = replay
        self.package, self.main_activity = replay.package, replay.activity
        self.version_name, self.version_code = replay.version, _code(replay.version)
        self.running = False
        self.dialog: Form | None = None
        """The dialog of the system over the app."""
        self._maker, self._refused = maker_of(faults.seed), 0
        self._faults, self._typed = faults, typed
        self.live = self._live(replay.start)

    @property
    def activity(self) -> str:
        """The activity on top."""
        return self.main_activity

    def launch(self) -> None:
        """Start with the first screen, or come to the front with the present one."""
        self.do(self.begin)

    def begin(self) -> None:
        """Run, whatever faults there are."""
        self.running = True

    def open_link(self, url: str) -> bool:
        """Refuse a link that was sent to nobody: the phone follows those for which there is a step."""
        del url
        return False

    def stop(self) -> None:
        """End the process: the next start shows the first screen."""
        self.running, self.dialog = False, None
        self.show(self.replay.start)

    def clear(self) -> None:
        """Forget the present screen and what was refused."""
        self.stop()
        self._refused = 0

    def tree(self, width: int, height: int) -> Node:
        """Return the active window of the screen, as it was saved for the display that it was saved from."""
        del width, height
        return self.live.scene.front

    def back(self) -> bool:
        """Stay: the phone follows the steps for the Back key."""
        return True

    def toast(self) -> str | None:
        """Show none."""
        return None

    def show(self, name: str) -> None:
        """Show a saved screen as it was saved."""
        self.live = self._live(name)

    def follow(self, step: Step | None) -> None:
        """Show the screen to which a step leads; without one the screen stays as it is."""
        if step is not None:
            self.show(step.goto)

    def do(self, action: Callable[[], None]) -> None:
        """Act, and then suffer the fault that strikes now."""
        strike = self._faults.draw("app")
        fault = strike.fault if strike else None
        action()
        if fault is Fault.CRASH:
            self.stop()
        elif fault in _DIALOGS:
            self.dialog = _DIALOGS[fault](self._maker, self._refused)

    def answer(self, answer: Answer) -> None:
        """Take the system's dialog away; some answers end the app."""
        self.dialog = None
        self._refused += answer.effect == "refuse"
        if answer.effect == "end":
            self.stop()

    def _live(self, name: str) -> LiveScreen:
        return LiveScreen(self.replay, self.replay.screens[name], self._typed)


def _code(version: str) -> int:
    """Return a version code for a version's name: 2.10.3 gives 21003."""
    code = 0
    for number in re.findall(r"[0-9]{1,4}", version)[:4]:
        code = code * 100 + int(number)
    return min(code, 2_100_000_000)
