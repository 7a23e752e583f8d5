"""Faults of virtual phones: on demand and by seeded probability.

Each part of a virtual phone asks its phone's `Faults` at the places where real phones fail, called sites, whether
a fault strikes now. A part that meets a fault acts it out; this module only decides.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Site = Literal["wire", "shell", "rpc", "app", "upload"]


class Fault(StrEnum):
    """What can go wrong on a phone, as seen from the computer."""

    # site "wire": the ADB connection
    DISCONNECT = "disconnect"
    """The TCP connection drops and is refused for `seconds` (default 3)."""
    FREEZE = "freeze"
    """The phone answers nothing for `seconds` (default: until thawed), while TCP stays open."""
    UNAUTHORIZED = "unauthorized"
    """The phone asks for AUTH and never accepts a key."""
    CLOSES = "closes"
    """The port takes each connection and closes it at once, for `seconds` (default: until the phone is well)."""
    DEAF = "deaf"
    """Packets to the port vanish, as for a phone that left the network, for `seconds` (default: until well)."""
    REBOOT = "reboot"
    """The phone restarts, and is away for three seconds."""
    # site "rpc": a call to the uiautomator server
    SERVER_DEAD = "server_dead"
    """The server has died before the call."""
    DIES_BEFORE = "dies_before"
    """The connection breaks during the call, before its effect."""
    DIES_AFTER = "dies_after"
    """The connection breaks during the call, after its effect: the reply is lost."""
    HTTP_500 = "http_500"
    """The server answers HTTP 500."""
    NOT_CONNECTED = "not_connected"
    """The server answers `UiAutomation not connected`."""
    DEAD_OBJECT = "dead_object"
    """The server answers `android.os.DeadObjectException`."""
    EMPTY_DUMP = "empty_dump"
    """The next dump of the hierarchy is empty."""
    EMPTY_NODE = "empty_node"
    """Each dump of the hierarchy is a single empty node of `android`, until the server is started anew."""
    SLOW = "slow"
    """The call takes `seconds` (default 1) longer."""
    WONT_START = "wont_start"
    """The server quits at its start with `already registered`."""
    # site "shell": a shell command
    SHELL_FAILS = "shell_fails"
    """The command answers nothing and exits with 1."""
    IME_FAILS = "ime_fails"
    """The keyboard's broadcast is not received."""
    # site "app": a screen of an app is about to be shown
    POPUP_UPDATE = "popup_update"
    """The app shows an "Update available" dialog over the screen."""
    POPUP_RATING = "popup_rating"
    """The app asks for a rating over the screen."""
    ANR = "anr"
    """The system shows "isn't responding" over the screen."""
    CRASH = "crash"
    """The app's process ends."""
    CHALLENGE = "challenge"
    """The app asks for a verification and shows nothing else until a person has answered it."""
    UNKNOWN_SCREEN = "unknown_screen"
    """The app shows a full screen that no profile knows, such as a survey, until a person has answered it."""
    STOP = "stop"
    """The app stops the account, by a check for humans, an upload of an ID or a suspension, until a person acts."""
    SIGNED_OUT = "signed_out"
    """The app has forgotten who was signed in, and shows nothing else until a person has signed in again."""
    UPDATED = "updated"
    """A store replaces the app by its next version, whose screens differ: its process ends. The newest one stays."""
    ACTION_BLOCKED = "action_blocked"
    """The next action is refused with an "Action blocked" dialog."""
    PERMISSION = "permission"
    """The system asks for a permission, in the manner of the phone's maker; refused, it asks once more some time."""
    KEEPS_STOPPING = "keeps_stopping"
    """The app's process ends, and the system says that it keeps stopping."""
    BATTERY_DIALOG = "battery_dialog"
    """The system says that the battery is low."""
    USB_DIALOG = "usb_dialog"
    """The system asks what a computer may do that was connected by USB."""
    DEBUGGING_DIALOG = "debugging_dialog"
    """The system asks whether a computer may debug the phone: only a person may allow it."""
    SUGGESTIONS = "suggestions"
    """From now on profiles that are followed show cards of strangers, each with a Follow button."""
    PADDED = "padded"
    """From now on names and labels have blanks, non-breaking ones too, or marks of direction around them."""
    DISPLAY_NAMES = "display_names"
    """From now on posts name their authors by display names, which need not be handles."""
    # site "upload": a post is on its way
    UPLOAD_FAILS = "upload_fails"
    """The next upload breaks off half way, and the app says so."""
    # lasting conditions, set and cleared on demand only
    LOW_BATTERY = "low_battery"
    """The battery holds `percent` (default 3)."""
    SCREEN_OFF = "screen_off"
    """The display goes off."""
    LOCKED = "locked"
    """The keyguard shows."""


SITES: Mapping[Site, tuple[Fault, ...]] = {
    "wire": (Fault.DISCONNECT, Fault.FREEZE, Fault.UNAUTHORIZED, Fault.CLOSES, Fault.DEAF, Fault.REBOOT),
    "rpc": (
        Fault.SERVER_DEAD, Fault.DIES_BEFORE, Fault.DIES_AFTER, Fault.HTTP_500, Fault.NOT_CONNECTED,
        Fault.DEAD_OBJECT, Fault.EMPTY_DUMP, Fault.EMPTY_NODE, Fault.SLOW, Fault.WONT_START,
    ),
    "shell": (Fault.SHELL_FAILS, Fault.IME_FAILS),
    "app": (
        Fault.POPUP_UPDATE, Fault.POPUP_RATING, Fault.ANR, Fault.CRASH, Fault.CHALLENGE, Fault.ACTION_BLOCKED,
        Fault.UNKNOWN_SCREEN, Fault.STOP, Fault.PERMISSION, Fault.KEEPS_STOPPING, Fault.BATTERY_DIALOG,
        Fault.USB_DIALOG, Fault.DEBUGGING_DIALOG, Fault.SUGGESTIONS, Fault.PADDED, Fault.DISPLAY_NAMES,
        Fault.SIGNED_OUT, Fault.UPDATED,
    ),
    "upload": (Fault.UPLOAD_FAILS,),
}  # fmt: skip
"""Which faults can strike at which site."""

_SITE_OF: Mapping[Fault, Site] = {fault: site for site, faults in SITES.items() for fault in faults}

RANDOM: Mapping[Site, tuple[Fault, ...]] = {
    "wire": (Fault.DISCONNECT,),
    "rpc": (
        Fault.SERVER_DEAD, Fault.DIES_BEFORE, Fault.DIES_AFTER, Fault.HTTP_500, Fault.NOT_CONNECTED,
        Fault.DEAD_OBJECT, Fault.EMPTY_DUMP, Fault.SLOW,
    ),
    "shell": (Fault.SHELL_FAILS,),
    "app": (
        Fault.POPUP_UPDATE, Fault.POPUP_RATING, Fault.ANR, Fault.CRASH, Fault.KEEPS_STOPPING, Fault.PERMISSION,
        Fault.BATTERY_DIALOG, Fault.USB_DIALOG,
    ),
    "upload": (Fault.UPLOAD_FAILS,),
}  # fmt: skip
"""What a fault rate draws from: only what passes by itself or can be dismissed."""


_SHARE: Mapping[Site, float] = {"wire": 0.25, "rpc": 0.75, "shell": 0.75, "app": 1.0, "upload": 1.0}
"""The part of the fault rate that belongs to each site.

A call passes the wire and then either the server or the shell; the parts of both add up to 1, so a call meets a fault
with exactly the given rate. Faults of the app, which strike when it is touched, come on top.
"""


_BRIEF = 1.0
"""Seconds for which a phone is away that was lost by chance: a loose contact, not a pulled cable."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that strikes now; `seconds` and `percent` are None for the fault's default."""

    fault: Fault
    seconds: float | None = None
    percent: int | None = None


@dataclass(slots=True)
class Faults:
    """The faults of one phone: what was ordered strikes first, in order; else `rate` decides by seeded chance.

    Example:
        >>> faults = Faults()
        >>> faults.order(Strike(Fault.HTTP_500))
        >>> faults.draw("rpc").fault, faults.draw("rpc")
        (<Fault.HTTP_500: 'http_500'>, None)

    """

    rate: float = 0.0
    seed: int = 0
    _ordered: dict[Site, deque[Strike]] = field(default_factory=dict["Site", "deque[Strike]"])
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - repeatable faults, no secrets

    def order(self, strike: Strike, times: int = 1) -> None:
        """Let the fault strike at the next `times` occasions of its site."""
        self._ordered.setdefault(site_of(strike.fault), deque()).extend([strike] * times)

    @property
    def waiting(self) -> list[Fault]:
        """What was ordered and has not struck yet."""
        return [strike.fault for strikes in self._ordered.values() for strike in strikes]

    def clear(self) -> None:
        """Forget what was ordered and has not struck."""
        self._ordered.clear()

    def draw(self, site: Site) -> Strike | None:
        """Decide whether a fault strikes at this site now."""
        if waiting := self._ordered.get(site):
            return waiting.popleft()
        return self.chance(site)

    def chance(self, site: Site) -> Strike | None:
        """Decide by seeded chance alone; what was ordered stays for its own occasion."""
        if self.rate and self._random.random() < 1 - (1 - self.rate) ** _SHARE[site]:
            fault = self._random.choice(RANDOM[site])
            return Strike(fault, _BRIEF if fault is Fault.DISCONNECT else None)
        return None

    def take(self, fault: Fault) -> bool:
        """Let this fault strike if it is the next one ordered at its site; chance has no part in it."""
        waiting = self._ordered.get(site_of(fault))
        if not waiting or waiting[0].fault is not fault:
            return False
        waiting.popleft()
        return True


def site_of(fault: Fault) -> Site:
    """Return the site at which a fault strikes; lasting conditions count as `wire`."""
    return _SITE_OF.get(fault, "wire")
