"""The script `like`: like posts, and what else an app offers beside the heart."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AliasChoices, Field, model_validator

from phonefleet.scripts.fields import AS_WHOLE, PostUrls, Usernames, ViewSpan
from phonefleet.scripts.script import Script, ScriptConfig


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
            message = "give either target_post_urls or target_users"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _something_to_do(self) -> Self:
        wishes = (self.enable_like, self.enable_favorite, self.enable_repost, self.enable_share, self.enable_follow)
        if not any(wishes):
            message = "enable at least one of like, favorite, repost, share and follow"
            raise ValueError(message)
        return self


SCRIPT = Script(
    name="like",
    title="Like posts",
    config=LikeConfig,
    target_fields=("target_post_urls", "target_users"),
    ready=True,
)
