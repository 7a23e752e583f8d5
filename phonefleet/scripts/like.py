"""The script `like`: like posts, and what else an app offers beside the heart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Final, Self

from pydantic import AliasChoices, Field, model_validator

from phonefleet.limits.kinds import Cost, Kind
from phonefleet.scripts.fields import AS_WHOLE, PostUrls, Usernames, ViewSpan
from phonefleet.scripts.naming import people, posts
from phonefleet.scripts.script import Script, ScriptConfig
from phonefleet.words import say


class LikeConfig(ScriptConfig):
    """Which posts, and what to do with each."""

    target_post_urls: PostUrls = Field(
        default=(),
        validation_alias=AliasChoices("target_post_urls", "target_post_url"),
        description="Addresses of posts; instead of `target_users`.",
    )
    target_users: Usernames = Field(
        default=(),
        validation_alias=AliasChoices("target_users", "target_user", "target_username"),
        description="Usernames whose newest posts are taken; `@` is optional. Instead of `target_post_urls`.",
    )
    max_posts_count: Annotated[int, Field(ge=1, le=50), AS_WHOLE] = Field(
        default=1, description="How many posts of each of the `target_users`."
    )
    enable_like: bool = Field(default=True, description="Like the post.")
    enable_favorite: bool = Field(default=False, description="Add the post to the favorites.")
    enable_repost: bool = Field(default=False, description="Repost the post.")
    enable_share: bool = Field(default=False, description="Share the post by copying its link.")
    enable_follow: bool = Field(default=False, description="Follow the author.")
    view_duration: ViewSpan = Field(
        default=(5, 30), description="How long each post is watched, in seconds: at least, at most."
    )

    @model_validator(mode="after")
    def _one_kind_of_target(self) -> Self:
        if bool(self.target_post_urls) == bool(self.target_users):
            message = say("scripts.give_either_target_post_urls", "give either target_post_urls or target_users")
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _something_to_do(self) -> Self:
        if not any(self._wishes()):
            message = say(
                "scripts.enable_least_one_like_favorite",
                "enable at least one of like, favorite, repost, share and follow",
            )
            raise ValueError(message)
        return self

    def budget_cost(self) -> Cost:
        """Return how many of each wish: one for each post."""
        number = len(self.target_post_urls) + len(self.target_users) * self.max_posts_count
        return tuple((kind, number) for kind in self._wishes())

    def usual_duration(self) -> timedelta:
        """Return how long it takes where none has run yet."""
        return timedelta(seconds=40)

    def summary(self) -> str:
        """Return what people read: "like post 1234", named after the first wish."""
        verb = _VERBS[next(self._wishes())]
        if self.target_post_urls:
            return say("scripts.does_to_posts", "{verb} {posts}", verb=verb, posts=posts(self.target_post_urls))
        return say("scripts.does_to_posts_of", "{verb} posts of {whom}", verb=verb, whom=people(self.target_users))

    def _wishes(self) -> Iterator[Kind]:
        """Yield what is to be done with each post."""
        wishes: dict[Kind, bool] = {
            "like": self.enable_like,
            "favorite": self.enable_favorite,
            "repost": self.enable_repost,
            "share": self.enable_share,
            "follow": self.enable_follow,
        }
        return (kind for kind, wanted in wishes.items() if wanted)


_VERBS: Final[Mapping[Kind, str]] = {
    "like": say("scripts.verb_like", "like"),
    "favorite": say("scripts.verb_favorite", "favorite"),
    "repost": say("scripts.verb_repost", "repost"),
    "share": say("scripts.verb_share", "share"),
    "follow": say("scripts.verb_follow_author", "follow the author of"),
}
"""What is done with a post, as a person would say it."""

SCRIPT = Script(
    name="like",
    title="Like posts",
    config=LikeConfig,
    target_fields=("target_post_urls", "target_users"),
)
