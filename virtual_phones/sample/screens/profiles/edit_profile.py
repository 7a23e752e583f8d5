"""The screen on which people change what they say about themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from virtual_phones.sample.layout import Piece, Slot, column, inset, row, space
from virtual_phones.sample.screens.bars import titled
from virtual_phones.sample.screens.publishing.gallery import GalleryScreen
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button, entry, picture, text
from virtual_phones.system.media_store import MediaItem
from virtual_phones.world import Account
from virtual_phones.world.identity import ProfileField

_FIELDS: Sequence[ProfileField] = ("name", "username", "bio", "link")
_USERNAME = re.compile(r"[a-z0-9._]*")
_LINK = re.compile(r"(https?://[^\s.]+\.\S+)?")
_SHORTEST_USERNAME, _LONGEST_USERNAME = 2, 24
_LONGEST_NAME, _LONGEST_BIO, _LONGEST_LINK = 30, 80, 200


@dataclass(slots=True)
class EditProfileScreen:
    """A field for each thing; nothing is changed before it is saved, and then all of it or nothing."""

    drafts: dict[ProfileField, str]
    activity: str = ".EditProfileActivity"
    error: tuple[ProfileField, str] | None = None

    @classmethod
    def of(cls, account: Account) -> EditProfileScreen:
        """Return the screen with everything as it is."""
        return cls({**_as_is(account)})

    def body(self, stage: Stage) -> Piece:
        """Return the form; version 1 has its button at the top, version 2 at the bottom."""
        skin = stage.skin
        save = button(skin.text("editor_save"), lambda: self._save(stage), resource_id=skin.id("editor_save"))
        fields = [slot for each in _FIELDS for slot in self._field(stage, each)]
        at_top = skin.dialogs == "box"
        below = [] if at_top else [Slot(inset(save, 40, 20), 180)]
        form = column(*self._photo(stage), *fields, *below, Slot(space()), resource_id=skin.id("editor"))
        return titled(stage, skin.text("editor_title"), form, *([Slot(inset(save, 20), 260)] if at_top else []))

    def _photo(self, stage: Stage) -> list[Slot]:
        skin = stage.skin
        change = button(skin.text("editor_photo"), lambda: self._pick(stage), resource_id=skin.id("editor_photo"))
        photo = avatar(self.drafts["avatar"], "", skin.id("editor_avatar"))
        return [Slot(row(Slot(inset(photo, 40, 10), 280), Slot(inset(change, 40, 60))), 220)]

    def _field(self, stage: Stage, name: ProfileField) -> list[Slot]:
        skin = stage.skin
        write = entry(self.drafts[name], skin.text(f"editor_{name}"), skin.id(f"editor_{name}"), self._typed(name))
        slots = [Slot(inset(text(skin.text(f"editor_{name}")), 40, 10), 70), Slot(inset(write, 40, 10), 150)]
        if self.error and self.error[0] == name:
            complaint = text(skin.text(self.error[1]), resource_id=skin.id("editor_error"))
            slots.append(Slot(inset(complaint, 40, 10), 80))
        return slots

    def _typed(self, name: ProfileField) -> Callable[[str], None]:
        def on_text(draft: str) -> None:
            self.drafts[name], self.error = draft, None

        return on_text

    def _pick(self, stage: Stage) -> None:
        def chosen(items: Sequence[MediaItem]) -> None:
            self.drafts["avatar"] = items[0].digest if items else self.drafts["avatar"]

        stage.show(GalleryScreen(chosen))

    def _save(self, stage: Stage) -> None:
        self.error = _mistake(stage, self.drafts)
        if self.error is None:
            stage.attempt(lambda: self._saved(stage))

    def _saved(self, stage: Stage) -> None:
        before, me = _as_is(stage.world.account(stage.me)), stage.me
        for name in sorted(self.drafts, key=lambda each: each == "username"):
            if self.drafts[name] != before[name]:
                stage.world.identity.change(me, name, self.drafts[name])
        stage.open_tab("me")
        stage.say(stage.skin.text("edited"))


def avatar(digest: str, description: str, resource_id: str) -> Piece:
    """Return a profile's picture: one colour, that of its content."""
    return picture(description, resource_id, f"#{digest[:6]}" if digest else "#c9d3df")


def _as_is(account: Account) -> Mapping[ProfileField, str]:
    return {
        "name": account.name,
        "username": account.username,
        "bio": account.bio,
        "link": account.link,
        "avatar": account.avatar,
    }


def _mistake(stage: Stage, drafts: Mapping[ProfileField, str]) -> tuple[ProfileField, str] | None:
    """Return the first field that the app does not take, and the role of what it says about it."""
    username, link = drafts["username"], drafts["link"]
    checks: Sequence[tuple[bool, ProfileField, str]] = (
        (1 <= len(drafts["name"].strip()) <= _LONGEST_NAME, "name", "name_length"),
        (_USERNAME.fullmatch(username) is not None, "username", "username_malformed"),
        (_SHORTEST_USERNAME <= len(username) <= _LONGEST_USERNAME, "username", "username_length"),
        (username == stage.me or not stage.world.knows(username), "username", "username_taken"),
        (len(drafts["bio"]) <= _LONGEST_BIO, "bio", "bio_length"),
        (len(link) <= _LONGEST_LINK and _LINK.fullmatch(link) is not None, "link", "link_malformed"),
    )
    return next(((name, role) for fine, name, role in checks if not fine), None)
