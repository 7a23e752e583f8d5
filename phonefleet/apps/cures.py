"""Puts away what lies over an app, each kind in its own way, or says what it is where only others can.

After each touch it looks until what was touched has gone: a dialog that fades still shows, and a second touch would
land on what lies below it. It touches nothing but the buttons that the profile and the list of system dialogs name.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TypeVar

from phonefleet.apps.app_profile import Popup, Refusal, VersionProfile
from phonefleet.apps.foreign import KEYGUARD, SHADE, SYSTEM, has_keyguard, is_launcher
from phonefleet.apps.obstacles import button_of, sign_of
from phonefleet.apps.recognition import Seen, in_the_way
from phonefleet.apps.screens.reader import ScreenReader
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_dialogs import ShownDialog, system_dialog_on
from phonefleet.apps.witness import witnessed
from phonefleet.device.phone import Phone
from phonefleet.errors import (
    ActionBlocked,
    AppCrashed,
    Challenge,
    DeviceFrozen,
    DeviceLocked,
    ElementMissing,
    Interrupted,
    LinkLost,
    NeedsPerson,
    PhonefleetError,
    ShellFailed,
    SystemDialog,
    Transient,
)
from phonefleet.words import say

_FADES = timedelta(seconds=1.5)
"""How long something that was dismissed may still show before it is touched again."""

_LASTS = timedelta(seconds=3)
"""How long something must show that nobody has dismissed, until it is believed to stay."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 0.5
"""Seconds between two looks."""

_WAITS = 2
"""How often an app that does not respond is waited for before it is closed."""


E = TypeVar("E", bound=PhonefleetError)


class Cures:
    """What helps against each kind of interruption of one app on one phone.

    `now` returns seconds that only grow; `pause` waits for about so many, unless the work is asked to stop.
    """

    def __init__(
        self,
        phone: Phone,
        profile: VersionProfile,
        reader: ScreenReader,
        now: Callable[[], float],
        pause: Callable[[float], None],
    ) -> None:
        self._phone = phone
        self._profile = profile
        self._reader = reader
        self._now = now
        self._pause = pause
        self._touched: tuple[str, ...] | None = None
        """What was dismissed, as long as nobody has looked until it went."""

    def clear(self, screen: Screen, seen: Seen) -> Screen:
        """Put away what is in the way, and return the screen after it.

        Raises:
            Challenge: the app asks for a verification.
            ActionBlocked: the app refuses an action; the dialog is dismissed.
            AppCrashed: the app is not in front, or the system says that it has crashed; that dialog is closed.
            DeviceLocked: the phone's screen is locked.
            SystemDialog: the system shows a dialog that only a person may answer.
            ElementMissing: a dialog shows no button that puts it away.

        """
        if self._may_fade(screen, seen):
            return self._after(screen, seen)
        if isinstance(seen.what, ShownDialog):
            return self._clear_dialog(screen, seen, seen.what)
        if isinstance(seen.what, Popup):
            return self._clear_popup(screen, seen, seen.what)
        if isinstance(seen.what, Refusal):
            raise self._refusal(screen, seen, seen.what)
        return self._come_back(screen, seen)

    # --- what the profile knows --------------------------------------------------------------------------

    def _clear_popup(self, screen: Screen, seen: Seen, popup: Popup) -> Screen:
        if not self._touch(screen, seen, popup):
            raise self._witnessed(
                ElementMissing(
                    say(
                        "apps.popup_shows_no_button_dismiss",
                        "the popup {popup!r} shows no button to dismiss it",
                        popup=popup.name,
                    )
                ),
                screen,
            )
        return self._after(screen, seen)

    def _refusal(self, screen: Screen, seen: Seen, refusal: Refusal) -> NeedsPerson:
        """Return the error of a challenge, or that of a refusal after it was dismissed for whoever comes next."""
        if seen.kind == "challenge":
            return self._witnessed(Challenge(refusal.tell), screen)
        refused = self._witnessed(ActionBlocked(refusal.tell), screen)
        if self._touch(screen, seen, refusal):
            with suppress(Transient, Interrupted):  # neither a failed look nor a stop may hide what it says
                self._after(screen, seen)
        return refused

    def _touch(self, screen: Screen, seen: Seen, obstacle: Popup | Refusal) -> bool:
        """Touch what dismisses an obstacle, or close the keyboard over it; tell whether it shows any such thing."""
        found = button_of(screen, obstacle)
        if found is not None and (point := screen.point_of(found)) is not None:
            with self._once(screen, seen):
                self._phone.tap(point)
        elif found is not None and screen.keyboard_is_open:
            with _perhaps():
                self._phone.press("back")
        return found is not None

    # --- what the system shows ---------------------------------------------------------------------------

    def _clear_dialog(self, screen: Screen, seen: Seen, dialog: ShownDialog) -> Screen:
        if dialog.known is None:
            return self._wait_for_a_person(screen, seen, dialog)
        if dialog.known.cure == "person":
            message = say(
                "apps.phone_shows_dialog_only_person",
                "the phone shows a dialog that only a person may answer: {tell} ({describe})",
                tell=dialog.known.tell,
                describe=dialog.describe(),
            )
            raise self._witnessed(SystemDialog(message), screen)
        if dialog.known.cure == "wait":
            return self._wait_for_the_app(screen, seen, dialog)
        if dialog.known.cure == "dismiss":
            return self._answered(screen, seen, self._ticked(dialog))
        crashed = self._witnessed(
            AppCrashed(
                say(
                    "apps.system_says_app_crashed",
                    "the system says that the app crashed: {describe}",
                    describe=dialog.describe(),
                )
            ),
            screen,
        )
        self._answered(screen, seen, dialog)
        raise crashed

    def _answered(self, screen: Screen, seen: Seen, dialog: ShownDialog) -> Screen:
        """Touch the button of a dialog, or press Back where the list says so, and return the screen after it."""
        button = dialog.button()
        if button is not None:
            self._tap(screen, seen, button)
        elif dialog.known is not None and dialog.known.back:
            with self._once(screen, seen):
                self._phone.press("back")
        else:
            message = say(
                "apps.dialog_system_shows_no_button",
                "the dialog {dialog!r} of the system shows no button to put it away: {describe}",
                dialog=dialog.name,
                describe=dialog.describe(),
            )
            raise self._witnessed(ElementMissing(message), screen)
        return self._after(screen, seen)

    def _ticked(self, dialog: ShownDialog) -> ShownDialog:
        """Tick the box by which an answer lasts, if the dialog has one, and return the dialog as it is then."""
        box = dialog.to_tick()
        if box is None:
            return dialog
        self._phone.tap(box.bounds.center)
        again = system_dialog_on(self._reader.read())
        return again if again is not None and again.name == dialog.name else dialog

    def _wait_for_the_app(self, screen: Screen, seen: Seen, dialog: ShownDialog) -> Screen:
        """Choose to wait for an app that does not respond; close it if the dialog stays."""
        sign, latest = self._sign(screen, seen), screen
        for _ in range(_WAITS):
            latest = self._answered(latest, seen, dialog)
            if self._sign_now(latest) != sign:
                return latest
        crashed = self._witnessed(
            AppCrashed(
                say(
                    "apps.app_did_not_respond_closed",
                    "the app did not respond, and is closed: {describe}",
                    describe=dialog.describe(),
                )
            ),
            latest,
        )
        if (button := dialog.insisting()) is not None:
            self._tap(latest, seen, button)
            self._after(latest, seen)
        raise crashed

    def _wait_for_a_person(self, screen: Screen, seen: Seen, dialog: ShownDialog) -> Screen:
        """Wait whether a dialog that nobody knows goes away by itself."""
        after = self._after(screen, seen, _LASTS)
        if self._sign_now(after) == self._sign(screen, seen):
            message = say(
                "apps.system_shows_dialog_not_known",
                "the system shows a dialog that is not known here and was not touched: {describe}",
                describe=dialog.describe(),
            )
            raise self._witnessed(SystemDialog(message), after)
        return after

    # --- what is there instead of the app ----------------------------------------------------------------

    def _come_back(self, screen: Screen, seen: Seen) -> Screen:
        if seen.name == KEYGUARD:
            return self._unlocked(screen, seen)
        if seen.name == SHADE:
            return self._without_shade(screen, seen)
        if seen.name == SYSTEM:
            return self._await_anything(screen, seen)
        raise self._witnessed(
            AppCrashed(
                say(
                    "apps.app_not_front",
                    "the app is not in front, {seen} is: {why}",
                    seen=seen.name,
                    why=_why(seen.name),
                )
            ),
            screen,
        )

    def _unlocked(self, screen: Screen, seen: Seen) -> Screen:
        self._phone.wake()
        after = self._after(screen, seen)
        if self._sign_now(after) == self._sign(screen, seen):
            raise self._witnessed(self._locked(), after)
        return after

    def _without_shade(self, screen: Screen, seen: Seen) -> Screen:
        """Put the shade away; what stays and has parts of a lock screen is one."""
        self._collapse()
        after = self._after(screen, seen)
        if self._sign_now(after) == self._sign(screen, seen) and has_keyguard(after):
            raise self._witnessed(self._locked(), after)
        return after

    def _locked(self) -> DeviceLocked:
        return DeviceLocked(
            say(
                "apps.screen_locked_unlock_phone_remove",
                "the screen of {serial} is locked: unlock the phone, or remove its lock screen",
                serial=self._phone.serial,
            )
        )

    def _collapse(self) -> None:
        try:
            self._phone.shell(["cmd", "statusbar", "collapse"])
        except ShellFailed:  # before Android 7
            self._phone.press("back")

    def _await_anything(self, screen: Screen, seen: Seen) -> Screen:
        """Look again where nothing but bars shows, as between two screens."""
        after = self._after(screen, seen)
        if self._sign_now(after) == self._sign(screen, seen):
            raise self._witnessed(
                AppCrashed(
                    say(
                        "apps.app_not_front_system_closed",
                        "the app is not in front, the system is: it closed by itself or was sent away",
                    )
                ),
                after,
            )
        return after

    # --- until it has gone -------------------------------------------------------------------------------

    def _after(self, screen: Screen, seen: Seen, longest: timedelta = _FADES) -> Screen:
        """Look until what was in the way has gone, or for so long, and return the last screen."""
        sign, pause = self._sign(screen, seen), _FIRST_PAUSE
        deadline = self._now() + longest.total_seconds()
        while True:
            latest = self._reader.read()
            going = self._sign_now(latest) in (sign, ("foreign", SYSTEM))  # between two windows only bars show
            if not going or self._now() >= deadline:
                self._touched = None
                return latest
            self._pause(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _sign_now(self, screen: Screen) -> tuple[str, ...] | None:
        seen = in_the_way(self._profile, screen)
        return None if seen is None else self._sign(screen, seen)

    def _sign(self, screen: Screen, seen: Seen) -> tuple[str, ...]:
        """Return what tells one interruption from the next of its kind: what it says, not where, since it may move."""
        if isinstance(seen.what, ShownDialog):
            return seen.kind, seen.name, *seen.what.labels
        mark = sign_of(screen, seen.what) if seen.what is not None else None
        return (seen.kind, seen.name) if mark is None else (seen.kind, seen.name, mark.id, mark.label)

    def _tap(self, screen: Screen, seen: Seen, button: Element) -> None:
        """Touch a button of a dialog of the system, which lies over all windows."""
        with self._once(screen, seen):
            self._phone.tap(button.bounds.intersection(screen.display).center)

    @contextmanager
    def _once(self, screen: Screen, seen: Seen) -> Generator[None]:
        """Dismiss something in the block, and remember it: a look that fails then leads here anew, while it fades."""
        self._touched = self._sign(screen, seen)
        with _perhaps():
            yield

    def _may_fade(self, screen: Screen, seen: Seen) -> bool:
        """Tell whether this is what was dismissed, and nobody has seen it since.

        However long ago that was: a phone to which the link has just come back may be as far as it was then.
        """
        return self._touched == self._sign(screen, seen)

    def _witnessed(self, error: E, screen: Screen) -> E:
        return witnessed(error, self._phone, screen)


@contextmanager
def _perhaps() -> Generator[None]:
    """Take a touch that nobody has heard of for one that may have happened: the looks afterwards tell.

    Whoever touched again at once might touch what lies below a dialog that fades.
    """
    with suppress(LinkLost, DeviceFrozen):
        yield


def _why(package: str) -> str:
    by_itself = package == SYSTEM or is_launcher(package)
    return (
        say("apps.closed_itself_sent_away", "it closed by itself or was sent away")
        if by_itself
        else say("apps.came_over_ours_ours_opened", "it came over ours, or ours has opened it")
    )
