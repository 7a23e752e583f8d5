"""The versions of the app as data: ids, texts and the choices by which their screens differ.

Each module beside this one holds the words of one part of the app: what version 1 says, and where version 2 differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from virtual_phones.sample.skins import common, editing, messages, posts, publishing

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

    `ids` and `texts` are by role. `dialogs` tells whether questions come as a box in the middle or as a sheet at
    the bottom; `marks` whether the active account has a check mark beside it or is a checked radio button;
    `button_class` is the class of follow buttons.
    """

    version: str
    code: int
    tabs: tuple[Tab, ...]
    dialogs: Literal["box", "sheet"]
    marks: Literal["icon", "radio"]
    button_class: str
    ids: Mapping[str, str] = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)

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
    ),
}
"""The versions that exist, by versionName."""
