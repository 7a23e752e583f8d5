"""How phones differ in what their shells answer: users, keys, battery, focus. Drawn once by a phone's seed.

Each of these was met by people who drive phones through adb, and each makes a shell command answer differently; the
commands that do so name what they show. A test that wants one of them, or none, gives a phone its traits.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal, Self

BatteryKind = Literal["present", "absent", "unscaled"]
"""`absent` says `present: false` and level 0; `unscaled` level -1 of 0, as phones that run from a power supply do."""

FocusKind = Literal["window", "popup", "nothing"]
"""What `mCurrentFocus` shows while an app is in front: its window, a popup without an owner, or null."""


@dataclass(frozen=True, slots=True)
class SecondUser:
    """A second user whom the shell may not touch; `closed` are the commands that fail unless they name another user.

    Commands are named by two words, such as `pm list`, or by one for all of them.
    """

    id: int
    name: str
    closed: frozenset[str]


_BATTERIES: tuple[BatteryKind, ...] = ("absent", "unscaled", "present")
_FOCUSES: tuple[FocusKind, ...] = ("popup", "nothing", "window")
_SECURE_FOLDER = SecondUser(150, "Secure Folder", frozenset({"pm list"}))
_WORK_PROFILE = SecondUser(10, "Work profile", frozenset({"pm list"}))
_SECOND_SPACE = SecondUser(10, "Second space", frozenset({"pm", "am", "content"}))

_LINKER = (
    'WARNING: linker: Warning: "/system/lib64/libvendor.so" unused DT entry: '
    "unknown processor-specific (type 0x70000001 arg 0x0) (ignoring)\n"
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is particular about one phone; the defaults describe an ordinary one.

    Attributes:
        second_user: another user beside the one who is in front.
        user: the number of the user who is in front.
        physical_keys: whether it has keys for volume and the like, without which `monkey` gives up.
        battery: what `dumpsys battery` can tell.
        focus: what `dumpsys window` shows as focused.
        warning: what each command that starts a program of Android writes to standard error first.
        crlf: whether lines end with CR LF, as in the shells before Android 7.
        brief: whether `resolve-activity` knows `--brief`, which it does from Android 7.1 on.
        locale: the language that was chosen when the phone was set up, as a BCP 47 tag.
        guarded: whether the shell may neither change settings nor install apps until a person allows it on the phone,
            as on Xiaomi's without "USB debugging (Security settings)" and "Install via USB". Never drawn.

    """

    second_user: SecondUser | None = None
    user: int = 0
    physical_keys: bool = True
    battery: BatteryKind = "present"
    focus: FocusKind = "window"
    warning: str = ""
    crlf: bool = False
    brief: bool = True
    locale: str = "en-US"
    guarded: bool = False

    @classmethod
    def drawn(cls, seed: int) -> Self:
        """Return the traits of the phone with this seed, always the same ones."""
        chance = random.Random(f"phone of seed {seed}")  # noqa: S311 - repeatable phones, no secrets
        return cls(
            second_user=chance.choice((_SECURE_FOLDER, _WORK_PROFILE, _SECOND_SPACE, None, None, None)),
            physical_keys=chance.random() < 0.75,  # noqa: PLR2004 - one phone in four
            battery=chance.choices(_BATTERIES, (1, 1, 8))[0],
            focus=chance.choices(_FOCUSES, (1, 1, 6))[0],
            warning=chance.choice((_LINKER, *[""] * 5)),
        )
