"""A profile: somebody else's, or one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from virtual_phones.sample.layout import Piece, Slot, column, inset, row, space
from virtual_phones.sample.screens.bars import below_bar, titled
from virtual_phones.sample.screens.follow_button import follow_button
from virtual_phones.sample.screens.message_button import message_button
from virtual_phones.sample.screens.posts.post_grid import post_grid
from virtual_phones.sample.screens.profiles.edit_profile import EditProfileScreen, avatar
from virtual_phones.sample.screens.profiles.own_uploads import upload_lines
from virtual_phones.sample.screens.profiles.people import PeopleScreen
from virtual_phones.sample.screens.profiles.suggestions import suggestions
from virtual_phones.sample.screens.profiles.switcher import SwitcherSheet
from virtual_phones.sample.scrolling import LazyRows
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import icon_button, text
from virtual_phones.world import Relation

_ROUNDED_FROM = 1000
_TOUCHED_IN_VAIN = ("posts", "likes")
"""Numbers in a group that take touches and open nothing, as on real phones."""


@dataclass(slots=True)
class ProfileScreen:
    """Who somebody is, with the follow button; one's own has an edit button instead and opens the switcher."""

    username: str
    activity: str = ".ProfileActivity"
    posts: LazyRows = field(default_factory=LazyRows)

    def body(self, stage: Stage) -> Piece:
        """Return the profile, or the page that stands for an unknown one."""
        if not stage.world.knows(self.username):
            return _missing(stage)
        return below_bar(stage, self._handle(stage), self._details(stage), *self._actions(stage))

    def _handle(self, stage: Stage) -> Piece:
        label = text(stage.skin.text("handle", username=self.username), resource_id=stage.skin.id("profile_username"))
        return inset(label, 40, 30)

    def _actions(self, stage: Stage) -> list[Slot]:
        if self.username != stage.me:
            return []
        skin = stage.skin
        opener = icon_button(
            skin.text("switcher_open"), lambda: stage.ask(SwitcherSheet()), resource_id=skin.id("switcher_open")
        )
        return [Slot(opener, 168)]

    def _details(self, stage: Stage) -> Piece:
        skin, account = stage.skin, stage.world.account(self.username)
        return column(
            Slot(inset(avatar(account.avatar, "Profile photo", skin.id("profile_avatar")), 400, 40), 360),
            Slot(inset(text(account.name, resource_id=skin.id("profile_name")), 40, 10), 90),
            Slot(inset(text(account.bio, resource_id=skin.id("profile_bio")), 40, 10), 90),
            *self._link(stage),
            Slot(row(self._count(stage, "followers"), self._count(stage, "following"), *self._made(stage)), 150),
            *self._buttons(stage),
            *(suggestions(stage, self.username, open_profile) if self.username != stage.me else ()),
            *(upload_lines(stage) if self.username == stage.me else ()),
            Slot(post_grid(stage, self.username, self.posts, open_profile)),
            fill="#ffffff",
        )

    def _count(self, stage: Stage, side: Literal["followers", "following"]) -> Slot:
        people = stage.world.followers(self.username) if side == "followers" else stage.world.following(self.username)
        can_open = self._open_to(stage)
        show = (lambda: stage.show(PeopleScreen(self.username, side, open_profile))) if can_open else None
        return _number(stage, side, len(people), show)

    def _made(self, stage: Stage) -> list[Slot]:
        """Return how much the account has published; a version with groups of two also tells how it was liked."""
        posts = stage.world.posts_of(self.username)
        slots = [_number(stage, "posts", len(posts), None)]
        if stage.skin.counts == "group":
            likes = sum(stage.world.reactions.marks("like", post.id) for post in posts)
            slots.append(_number(stage, "likes", likes, None))
        return slots

    def _open_to(self, stage: Stage) -> bool:
        """Tell whether the active account may see whom this one knows."""
        private = stage.world.account(self.username).private and self.username != stage.me
        return not private or stage.world.relation(stage.me, self.username) is Relation.FOLLOWING

    def _link(self, stage: Stage) -> list[Slot]:
        link = stage.world.account(self.username).link
        return [Slot(inset(text(link, resource_id=stage.skin.id("profile_link")), 40, 10), 90)] if link else []

    def _buttons(self, stage: Stage) -> list[Slot]:
        """Return the buttons: beside each other in version 1, below each other in version 2."""
        if self.username == stage.me:
            return [Slot(inset(_edit_button(stage), 40, 20), 170)]
        follow = follow_button(stage, self.username, "profile_button")
        slots = [Slot(inset(each, 40, 20)) for each in (follow, message_button(stage, self.username))]
        return [Slot(row(*slots), 170)] if stage.skin.dialogs == "box" else [Slot(each.piece, 150) for each in slots]


def _number(stage: Stage, what: str, count: int, show: Callable[[], None] | None) -> Slot:
    """Return a number of a profile with what it counts: in one line, or below each other."""
    skin = stage.skin
    words = skin.text("follows" if what == "following" else what, count=count)
    if skin.counts == "line":
        line = text(words, resource_id=skin.id(f"profile_{what}"), clickable=show is not None, on_tap=show)
        return Slot(inset(line, 40, 20))
    number = text(_short(stage, count), resource_id=skin.id(f"profile_{what}"))
    label = text(words, resource_id=skin.id("count_label"))
    touched = show or (_nothing if what in _TOUCHED_IN_VAIN else None)
    return Slot(inset(column(Slot(number), Slot(label), clickable=touched is not None, on_tap=touched), 40, 20))


def _nothing() -> None:
    """Do what a touch of some numbers does."""


def _short(stage: Stage, count: int) -> str:
    """Return a count as a version with groups of two shows it: rounded down to hundreds from a thousand on."""
    if count < _ROUNDED_FROM:
        return str(count)
    return stage.skin.text("thousands", whole=count // 1000, tenth=count % 1000 // 100)


def _edit_button(stage: Stage) -> Piece:
    return text(
        stage.skin.text("edit"),
        resource_id=stage.skin.id("profile_edit"),
        clickable=True,
        on_tap=lambda: stage.show(EditProfileScreen.of(stage.world.account(stage.me))),
        fill="#d9d9de",
    )


def open_profile(stage: Stage, username: str) -> None:
    """Show an account's profile."""
    stage.show(ProfileScreen(username))


def _missing(stage: Stage) -> Piece:
    notice = text(stage.skin.text("missing"), resource_id=stage.skin.id("missing"))
    return titled(stage, "", column(Slot(space(), 600), Slot(inset(notice, 60, 10), 120), Slot(space())))
