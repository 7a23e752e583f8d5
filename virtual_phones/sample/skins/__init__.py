"""The versions of the app as data: ids, texts and the choices by which their screens differ.

Each module beside this one holds the words of one part of the app: what version 1 says, and where version 2 differs.
Version 3 has a room of its own: it speaks several languages, the one of the phone or else English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from virtual_phones.sample.skins import common, editing, messages, posts, publishing, third

PACKAGE = "com.phonefleet.sample"

Tab = Literal["home", "search", "me"]

_PARTS = (common, publishing, messages, editing, posts)

_IDS_1: Mapping[str, str] = {role: name for part in _PARTS for role, name in part.IDS_1.items()}
_IDS_2: Mapping[str, str] = {**_IDS_1, **{role: name for part in _PARTS for role, name in part.IDS_2.items()}}
_TEXTS_1: Mapping[str, str] = {role: words for part in _PARTS for role, words in part.TEXTS_1.items()}
_TEXTS_2: Mapping[str, str] = {**_TEXTS_1, **{role: words for part in _PARTS for role, words in part.TEXTS_2.items()}}


@dataclass(frozen=True, slots=True)
class Skin:
    """How one version of the app looks.

    `ids` and `texts` are by role; `words` are the texts by language, of a version that speaks several. `dialogs` tells
    whether questions come as a box in the middle or as a sheet at the bottom; `marks` whether the active account has a
    check mark beside it or is a checked radio button; `button_class` is the class of follow buttons, and a `nested` one
    is a text in a layout that takes the touches. A button below a post tells that it is lit by being `selected`, by
    what it is `described` as, or by the `icon` inside of it. `owners` tells what posts say of their authors;
    `comments` whether these are a screen of their own or a sheet; a profile's numbers stand in one line with what they
    count, or (`counts`) in a group of two.
    """

    version: str
    code: int
    tabs: tuple[Tab, ...]
    dialogs: Literal["box", "sheet"]
    marks: Literal["icon", "radio"]
    button_class: str
    ids: Mapping[str, str] = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]], repr=False)
    nested: bool = False
    lit: Literal["selected", "described", "icon"] = "selected"
    owners: Literal["handle", "name"] = "handle"
    comments: Literal["screen", "sheet"] = "screen"
    counts: Literal["line", "group"] = "line"
    tab_class: str = "android.widget.ImageButton"

    def spoken(self, language: str) -> Skin:
        """Return the skin with the words of a language, if the version speaks it."""
        return replace(self, texts={**self.texts, **self.words[language]}) if language in self.words else self

    def id(self, role: str) -> str:
        """Return the full resource id of a role."""
        return f"{PACKAGE}:id/{self.ids[role]}"

    def text(self, role: str, **values: str | int) -> str:
        """Return the text of a role with its placeholders filled in."""
        return self.texts[role].format(**values)


VERSIONS: Mapping[str, Skin] = {
    "1.4.2": Skin(
        version="1.4.2",
        code=142,
        tabs=("home", "search", "me"),
        dialogs="box",
        marks="icon",
        button_class="android.widget.Button",
        ids=_IDS_1,
        texts=_TEXTS_1,
    ),
    "2.0.1": Skin(
        version="2.0.1",
        code=201,
        tabs=("home", "me", "search"),
        dialogs="sheet",
        marks="radio",
        button_class="android.widget.TextView",
        ids=_IDS_2,
        texts=_TEXTS_2,
        lit="described",
        comments="sheet",
    ),
    "3.2.0": Skin(
        version="3.2.0",
        code=320,
        tabs=("home", "search", "me"),
        dialogs="box",
        marks="icon",
        button_class="android.widget.TextView",
        ids=third.IDS,
        texts={**_TEXTS_1, **third.WORDS["en"]},
        words=third.WORDS,
        nested=True,
        lit="icon",
        owners="name",
        comments="sheet",
        counts="group",
        tab_class="android.widget.FrameLayout",
    ),
}
"""The versions that exist, by versionName."""

LANGUAGES: tuple[str, ...] = tuple(third.WORDS)
"""The languages that phones with the app may speak, as two letters."""
