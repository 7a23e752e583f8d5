"""The script `comment`: comment on posts."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import AliasChoices, Field

from phonefleet.limits.kinds import Kind
from phonefleet.scripts.chat import ChatSettings
from phonefleet.scripts.fields import Order, Path, PostUrls, Texts
from phonefleet.scripts.naming import posts
from phonefleet.scripts.script import Picture, Script, ScriptConfig
from phonefleet.words import say


class CommentText(ScriptConfig):
    """What to write below a post."""

    comment_content: Annotated[Texts, Field(min_length=1)] = Field(
        description="Comments, one a line; `{a|b}` is one of several wordings."
    )
    comment_order: Order = Field(
        default="random", description="Which comment comes next: any, or one after the other by the task's place."
    )
    insert_emoji: bool = Field(default=False, description="Add an emoji to each comment.")
    comment_image_path: Path = Field(default="", description="An image to attach; empty attaches none.")

    @property
    def chat(self) -> ChatSettings | None:
        """The language model that writes the comments; None takes the given ones."""
        return None

    def pictures(self) -> tuple[Picture, ...]:
        """Return the image to attach, if any."""
        return (Picture("comment_image_path", self.comment_image_path),) if self.comment_image_path else ()


class CommentConfig(CommentText):
    """Which posts, and what to write below them."""

    only_action: ClassVar[Kind | None] = "comment"

    target_post_urls: Annotated[PostUrls, Field(min_length=1)] = Field(
        validation_alias=AliasChoices("target_post_urls", "target_post_url"), description="Addresses of posts."
    )

    def usual_duration(self) -> timedelta:
        """Return how long it takes where none has run yet."""
        return timedelta(seconds=45)

    def summary(self) -> str:
        """Return what people read: "comment on post 1234"."""
        return say("scripts.does_comment", "comment on {posts}", posts=posts(self.target_post_urls))


SCRIPT = Script(
    name="comment",
    title="Comment on posts",
    config=CommentConfig,
    target_fields=("target_post_urls",),
)
