"""Search: for people at first, for posts when that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from virtual_phones.sample.layout import Piece, Slot, column, inset, row, space
from virtual_phones.sample.screens.feed import FoundPostsScreen
from virtual_phones.sample.screens.profiles.people import ROW, person_label
from virtual_phones.sample.screens.profiles.user_profile import open_profile
from virtual_phones.sample.screens.publishing.creating import sounds_button
from virtual_phones.sample.scrolling import Form, LazyRows
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import entry, icon, loading, text
from virtual_phones.world.population import Post

Sought = Literal["people", "posts"]


@dataclass(slots=True)
class SearchScreen:
    """A field, and below it what it finds: look-alikes too, and the exact name need not come first."""

    activity: str = ".SearchActivity"
    query: str = ""
    sought: Sought = "people"
    rows: LazyRows = field(default_factory=LazyRows)

    def body(self, stage: Stage) -> Piece:
        """Return the field with the results."""
        skin = stage.skin
        field_ = entry(self.query, skin.text("search_hint"), skin.id("search_field"), self._typed)
        choice = row(self._choice(stage, "people"), self._choice(stage, "posts"))
        head = row(Slot(inset(field_, 30)), Slot(inset(sounds_button(stage), 20), 160))
        return column(Slot(head, 180), Slot(choice, 110), Slot(self._results(stage)))

    def _typed(self, query: str) -> None:
        self.query, self.rows = query, LazyRows()

    def _choice(self, stage: Stage, sought: Sought) -> Slot:
        label = text(
            stage.skin.text(f"search_{sought}"),
            resource_id=stage.skin.id(f"search_{sought}"),
            clickable=True,
            on_tap=lambda: self._choose(sought),
            fill="#ececf0" if sought == self.sought else "#ffffff",
        )
        return Slot(inset(label, 20, 15))

    def _choose(self, sought: Sought) -> None:
        self.sought, self.rows = sought, LazyRows()

    def _results(self, stage: Stage) -> Piece:
        skin = stage.skin
        people = stage.world.search(self.query) if self.sought == "people" else []
        posts = stage.world.search_posts(self.query) if self.sought == "posts" else []
        if self.query and not people and not posts:
            nothing = text(skin.text("search_nothing"), resource_id=skin.id("search_nothing"))
            return column(Slot(inset(nothing, 40, 20), 140), Slot(space()))
        form = Form(skin.id("search_list"), ROW, loading(skin.id("loading")))
        if self.sought == "people":
            return self.rows.listing(people, lambda account: _person(stage, account.username), form)
        return self.rows.listing(range(len(posts)), lambda place: _post(stage, posts, place), form)


def _person(stage: Stage, username: str) -> Piece:
    label = person_label(stage, username, "search")
    return row(Slot(label), clickable=True, on_tap=lambda: open_profile(stage, username))


def _post(stage: Stage, posts: Sequence[Post], place: int) -> Piece:
    skin, post = stage.skin, posts[place]
    caption = text(post.caption, resource_id=skin.id("search_post"))
    return row(
        Slot(inset(icon(f"Post by {post.author}"), 30), 190),
        Slot(inset(caption, 10, 30)),
        clickable=True,
        on_tap=lambda: stage.show(FoundPostsScreen.at(posts, place)),
    )
