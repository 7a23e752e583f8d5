"""The sample app as a phone's system sees it: its process, its back stack, its links and its faults."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from phonefleet.geometry import Rect
from virtual_phones.faults import Fault, Faults
from virtual_phones.sample.dialogs import Blocked, Rating, Update, over
from virtual_phones.sample.layout import WIDTH, Slot, layers, scaled, space
from virtual_phones.sample.links import destination
from virtual_phones.sample.manners import Manners
from virtual_phones.sample.screens.bars import with_tabs
from virtual_phones.sample.screens.feed import FeedScreen
from virtual_phones.sample.screens.gates import ChallengeScreen, SignInScreen
from virtual_phones.sample.screens.profiles.user_profile import ProfileScreen
from virtual_phones.sample.screens.publishing.creating import begin_with, create_button
from virtual_phones.sample.screens.search import SearchScreen
from virtual_phones.sample.screens.stops import STOPS, UNKNOWN, FullScreen, Page
from virtual_phones.sample.skins import LANGUAGES, PACKAGE, VERSIONS, Skin, Tab
from virtual_phones.sample.stage import Dialog, Effect, Screen
from virtual_phones.sample.system_dialogs import (
    DEBUGGING,
    KEEPS_STOPPING,
    LOW_BATTERY,
    NOT_RESPONDING,
    SystemDialog,
    maker_of,
    permission,
    usb,
)
from virtual_phones.sample.uploads import Uploads
from virtual_phones.screen.node import Node
from virtual_phones.system.media_store import MediaItem, MediaStore
from virtual_phones.world import World

_OVER_EVERYTHING = (Update, Rating, Blocked, SystemDialog)
"""The dialogs that stay when a link shows another screen; sheets and questions go with their screens."""

_FORMS = (".ComposerActivity", ".EditProfileActivity")

_DIALOGS: Mapping[Fault | None, Callable[[], Dialog]] = {
    Fault.POPUP_UPDATE: Update,
    Fault.POPUP_RATING: Rating,
    Fault.ANR: lambda: SystemDialog(NOT_RESPONDING),
    Fault.BATTERY_DIALOG: lambda: SystemDialog(LOW_BATTERY),
    Fault.DEBUGGING_DIALOG: lambda: SystemDialog(DEBUGGING),
}
"""What comes over the screen by these faults."""

_MANNERS: Mapping[Fault | None, Callable[[Manners], Manners]] = {
    Fault.SUGGESTIONS: lambda manners: replace(manners, suggestions=True),
    Fault.PADDED: lambda manners: replace(manners, padded=True),
    Fault.DISPLAY_NAMES: lambda manners: replace(manners, display_names=True),
}
"""What these faults make of the app's manners."""

Gate = ChallengeScreen | SignInScreen | FullScreen
"""What shows instead of everything else."""

_LABELS = frozenset(f"android.widget.{name}" for name in ("TextView", "Button", "RadioButton"))
"""The classes of views that an app may pad."""

_WRITTEN = ("post_text", "comment_text", "thread_mine", "thread_theirs", "profile_bio")
"""What people have written is shown as it is."""

_DEPTH = 30
"""How many screens Back can return through."""


class SampleApp:
    """One installation of the app on one phone. `accounts` are signed in; the first one is active at first.

    `language` is the one of the phone, as two letters; system dialogs speak it, and those versions of the app that can.
    Faults of site "app" are drawn once for each start, link and touch: never for merely looking.
    """

    package = PACKAGE
    main_activity = ".MainActivity"

    def __init__(
        self, world: World, accounts: Sequence[str], faults: Faults, version: str, language: str = "en"
    ) -> None:
        self.world = world
        self._signed_in = tuple(world.identity.birth(username) for username in accounts)
        self._me = self._signed_in[0]
        self.language = language if language in LANGUAGES else "en"
        self._become(version)
        self._faults = faults
        self.manners = Manners.of(faults)
        self.uploads = Uploads(world, faults)
        self._media: MediaStore | None = None
        self._gate: Gate | None = None
        self._unknown, self._stops = _in_turn(UNKNOWN, faults.seed), _in_turn(STOPS, faults.seed)
        self._block_next = False
        self._running = False
        self._stack: list[Screen] = []
        self._tab: Tab = "home"
        self._dialogs: list[Dialog] = []
        self._fading: dict[Dialog, Callable[[], None] | None] = {}
        self._toast: str | None = None
        self._dead = False
        self.maker = maker_of(faults.seed)
        self.answers: list[tuple[str, Effect]] = []
        """Which buttons of system dialogs were touched, by full id, and what they did."""

    # --- as the system sees it ---------------------------------------------------------------------------

    @property
    def activity(self) -> str:
        """The activity on top."""
        return self._top.activity if self._running else self.main_activity

    @property
    def soft_input(self) -> Literal["resize", "nothing"]:
        """Whether the screen makes room for the keyboard; forms let it lie over them."""
        return "nothing" if self.activity in _FORMS else "resize"

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._running

    def launch(self) -> None:
        """Start with the feed, or come to the front where it was."""
        self._do(self._start)

    def open_link(self, url: str) -> bool:
        """Show what a `sample://` link names."""
        screen = destination(url)
        if screen is None:
            return False
        self._do(lambda: self._open(screen))
        return True

    def use_media(self, media: MediaStore) -> None:
        """Learn where the phone's pictures are."""
        self._media = media

    def take_shared(self, item: MediaItem) -> bool:
        """Begin a post with what another app has shared."""
        self._do(lambda: self._take(item))
        return True

    def stop(self) -> None:
        """End the process; what the phone remembers stays."""
        self._running = self._dead = False
        self._stack, self._dialogs, self._toast = [], [], None
        self._fading.clear()

    def clear(self) -> None:
        """Forget everything, so that somebody has to sign in again."""
        self.stop()
        self._gate, self._block_next = SignInScreen(), False
        self.answers.clear()

    def tree(self, width: int, height: int) -> Node:
        """Return the current screen for a display of that size."""
        self.uploads.advance()
        if not self._running:
            return Node("android.widget.FrameLayout", Rect(0, 0, width, height), PACKAGE)
        content = space() if self._dead else self._top.body(self)
        if not self._gate and not self._dead:
            creator = [Slot(create_button(self))] if self.skin.dialogs == "box" else []
            content = with_tabs(self, content, self._tab, *creator)
        root = layers(content, fill="#fafafc")(Rect(0, 0, WIDTH, height * WIDTH // width))
        for node in root.walk():
            node.on_tap = self._watched(node.on_tap)
        if self.manners.padded:
            self._pad(root)
        root.children += [over(dialog, self)(root.bounds) for dialog in self._dialogs]
        _sign(root)
        root = scaled(root, width)
        root.bounds = Rect(0, 0, width, height)
        for dialog in root.children[len(root.children) - len(self._dialogs) :]:
            dialog.bounds = root.bounds
        return root

    def back(self) -> bool:
        """Close a dialog or return to the screen before; False on the first screen."""
        if self._dialogs and not self.is_fading(self._dialogs[-1]):
            if self._dialogs[-1].cancelable:
                self._dialogs.pop()
            return True
        if self._gate or len(self._stack) <= 1:
            return False
        self._stack.pop()
        return True

    def toast(self) -> str | None:
        """Return the toast that is on the screen now, if any."""
        return self._toast

    # --- as its screens see it ---------------------------------------------------------------------------

    @property
    def accounts(self) -> Sequence[str]:
        """The accounts signed in on this phone, by the usernames that they have now."""
        return [self.world.identity.now(birth) for birth in self._signed_in]

    @property
    def me(self) -> str:
        """The active account."""
        return self.world.identity.now(self._me)

    @property
    def media(self) -> Sequence[MediaItem]:
        """The phone's pictures and videos, newest first."""
        return self._media.items() if self._media else []

    def leave(self) -> None:
        """Return to the screen before the present one."""
        self._stack.pop()

    def open_tab(self, tab: Tab) -> None:
        """Show the first screen of a tab."""
        self._tab, self._stack = tab, [self._first_of(tab)]

    def show(self, screen: Screen) -> None:
        """Show a screen over the present one."""
        self._stack = [*self._stack[-_DEPTH:], screen]

    def ask(self, dialog: Dialog) -> None:
        """Show a dialog over the screen."""
        self._dialogs.append(dialog)

    def close(self, dialog: Dialog) -> None:
        """Take a dialog away."""
        if dialog in self._dialogs:
            self._dialogs.remove(dialog)

    def fade(self, dialog: Dialog, after: Callable[[], None] | None = None) -> None:
        """Take a dialog away that still shows at the next look."""
        self._fading[dialog] = after

    def is_fading(self, dialog: Dialog) -> bool:
        """Tell whether a dialog was answered and only still shows."""
        return dialog in self._fading

    def seen(self) -> None:
        """Let dialogs that were fading be gone from now on."""
        faded, self._fading = self._fading, {}
        for dialog, after in faded.items():
            self.close(dialog)
            if after is not None:
                after()

    def answered(self, button: str, effect: Effect) -> None:
        """Take note of which button of a system dialog was touched."""
        self.answers.append((button, effect))

    def attempt(self, action: Callable[[], None]) -> None:
        """Do something to the world, or refuse it once when that was ordered."""
        if self._block_next:
            self._block_next = False
            self.ask(Blocked())
        else:
            action()

    def switch(self, username: str) -> None:
        """Make a signed-in account the active one and start anew with its feed."""
        self._me = self.world.identity.birth(username)
        if isinstance(self._gate, SignInScreen):
            self._gate = None
        self._dialogs.clear()
        self.open_tab("home")
        self.say(self.skin.text("switched", username=username))

    def answer_challenge(self) -> None:
        """Let the app go on where it was."""
        self._gate = None

    def recover(self) -> None:
        """Let a person answer whatever the app asks; from then on it is as it was at first."""
        self.answer_challenge()
        self.manners = Manners.of(self._faults)

    def crash(self) -> None:
        """End the process."""
        self.stop()

    def say(self, text: str) -> None:
        """Show a toast until the next touch."""
        self._toast = text

    # --- inside ------------------------------------------------------------------------------------------

    @property
    def _top(self) -> Screen:
        return self._gate or self._stack[-1]

    def _pad(self, root: Node) -> None:
        for node in root.walk():
            if node.class_name in _LABELS and node.resource_id not in self._written:
                node.text = self.manners.label(node.text, node.resource_id)

    def _first_of(self, tab: Tab) -> Screen:
        match tab:
            case "home":
                return FeedScreen()
            case "search":
                return SearchScreen()
            case "me":
                return ProfileScreen(self.me)

    def _start(self) -> None:
        if self._dead:
            self.stop()
        if not self._running:
            self._running = True
            self.open_tab("home")

    def _open(self, screen: Screen) -> None:
        self._start()
        self._dialogs = [dialog for dialog in self._dialogs if isinstance(dialog, _OVER_EVERYTHING)]
        self.show(screen)

    def _take(self, item: MediaItem) -> None:
        self._start()
        begin_with(self, item)

    def _watched(self, on_tap: Callable[[], None] | None) -> Callable[[], None] | None:
        return None if on_tap is None else lambda: self._do(on_tap)

    def _do(self, action: Callable[[], None]) -> None:
        """Act, with the fault that strikes now; a block is decided before the action, the rest shows after it."""
        strike = self._faults.draw("app")
        fault = strike.fault if strike else None
        self._block_next = self._block_next or fault is Fault.ACTION_BLOCKED
        self._toast = None
        action()
        self._suffer(fault)

    def _suffer(self, fault: Fault | None) -> None:
        if fault in _DIALOGS:
            self.ask(_DIALOGS[fault]())
        elif fault in _MANNERS:
            self.manners = _MANNERS[fault](self.manners)
        else:
            self._break(fault)

    def _break(self, fault: Fault | None) -> None:
        match fault:
            case Fault.PERMISSION:
                self._ask_permission()
            case Fault.USB_DIALOG:
                self.ask(SystemDialog(usb(self.maker)))
            case Fault.KEEPS_STOPPING:
                self._dead = True
                self.ask(SystemDialog(KEEPS_STOPPING))
            case Fault.CHALLENGE:
                self._stand_before(ChallengeScreen())
            case Fault.UNKNOWN_SCREEN:
                self._stand_before(FullScreen(next(self._unknown)))
            case Fault.STOP:
                self._stand_before(FullScreen(next(self._stops)))
            case Fault.SIGNED_OUT:
                self._stand_before(SignInScreen())
            case Fault.UPDATED:
                self._update()
            case Fault.CRASH:
                self.crash()
            case _:
                pass

    def _become(self, version: str) -> None:
        """Be this version from now on."""
        self.skin: Skin = VERSIONS[version].spoken(self.language)
        self.version_name, self.version_code = self.skin.version, self.skin.code
        self._written = {self.skin.id(role) for role in _WRITTEN}

    def _update(self) -> None:
        """Become the next version, if there is one; the process ends, as under a store."""
        newer = [skin for skin in VERSIONS.values() if skin.code > self.version_code]
        self.stop()
        if newer:
            self._become(min(newer, key=lambda skin: skin.code).version)

    def _stand_before(self, gate: Gate) -> None:
        """Show a screen in front of everything, until a person has answered it."""
        self._dialogs.clear()
        self._gate = gate

    def _ask_permission(self) -> None:
        """Ask for a permission; twice refused, the system asks for it no more."""
        refused = sum(effect == "refuse" for _, effect in self.answers)
        if (form := permission(self.maker, refused)) is not None:
            self.ask(SystemDialog(form))


def _in_turn(pages: Sequence[Page], seed: int) -> Iterator[Page]:
    """Return the pages again and again, in the order that a seed gives them."""
    order = random.Random(f"pages of seed {seed}").sample(pages, len(pages))  # noqa: S311 - repeatable phones
    return itertools.cycle(order)


def _sign(root: Node) -> None:
    for node in root.walk():
        node.package = node.package or PACKAGE
