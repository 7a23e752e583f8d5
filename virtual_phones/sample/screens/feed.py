"""Posts that fill the screen one by one: the newest of everybody, or those that a search has found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from virtual_phones.sample.layout import Piece, Slot
from virtual_phones.sample.screens.bars import titled
from virtual_phones.sample.screens.messages.inbox import InboxScreen
from virtual_phones.sample.screens.posts.post import PostScreen
from virtual_phones.sample.screens.profiles.user_profile import open_profile
from virtual_phones.sample.screens.publishing.creating import create_button
from virtual_phones.sample.scrolling import Form, LazyRows, Scroll
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import icon_button, loading
from virtual_phones.world.population import Post


@dataclass(slots=True)
class FeedScreen:
    """The feed: a swipe shows the next post, live ones and advertisements among them.

    What is published while it is shown comes in front once it is opened anew: no post moves under a finger.
    """

    activity: str = ".FeedActivity"
    rows: LazyRows = field(default_factory=LazyRows)
    loaded: Sequence[Post] = ()

    def body(self, stage: Stage) -> Piece:
        """Return the post whose turn it is."""
        self.loaded = self.loaded or tuple(stage.world.posts())
        posts = pages_of(stage, self.loaded, self.rows)
        return titled(stage, stage.skin.text("app"), posts, *_creator(stage), Slot(_inbox_button(stage), 168))


@dataclass(slots=True)
class FoundPostsScreen:
    """What a search for posts has found, beginning with the post that was chosen."""

    posts: Sequence[Post]
    rows: LazyRows
    activity: str = ".FoundPostsActivity"

    @classmethod
    def at(cls, posts: Sequence[Post], chosen: int) -> FoundPostsScreen:
        """Return the screen with the post of that place in front."""
        return cls(posts, LazyRows(Scroll(chosen), loaded=chosen + 1))

    def body(self, stage: Stage) -> Piece:
        """Return the post whose turn it is."""
        return pages_of(stage, self.posts, self.rows)


def pages_of(stage: Stage, posts: Sequence[Post], rows: LazyRows) -> Piece:
    """Return posts of which each fills the whole place."""
    skin = stage.skin

    def page(post: Post) -> Piece:
        return PostScreen(post.id, open_profile).body(stage)

    return lambda rect: rows.listing(posts, page, Form(skin.id("feed"), rect.height, loading(skin.id("loading"))))(rect)


def _creator(stage: Stage) -> list[Slot]:
    """Return the button that begins a post; version 1 has it among its tabs."""
    return [Slot(create_button(stage), 168)] if stage.skin.dialogs == "sheet" else []


def _inbox_button(stage: Stage) -> Piece:
    skin = stage.skin
    return icon_button(skin.text("inbox_open"), lambda: stage.show(InboxScreen()), resource_id=skin.id("inbox_open"))
