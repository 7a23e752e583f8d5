"""The script `super_marketing`: several features on many targets that the phones of one request share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from phonefleet.scripts.chat import ChatSettings, Generated
from phonefleet.scripts.comment import CommentText
from phonefleet.scripts.fields import (
    AS_WHOLE,
    MOST_ITEMS,
    AccessMethod,
    MinuteSpan,
    ViewSpan,
    post_urls,
    usernames,
)
from phonefleet.scripts.message import MessageText
from phonefleet.scripts.naming import listed, people, posts
from phonefleet.scripts.script import Picture, Script, ScriptConfig
from phonefleet.words import say


class Features(ScriptConfig):
    """What is done with each target."""

    model_config = ConfigDict(validate_by_name=True)

    follow_users: bool = Field(
        default=False,
        alias="followUsers",
        description="Follow the person, or the author of the post.",
    )
    unfollow_users: bool = Field(
        default=False,
        alias="unfollowUsers",
        description="Stop following the person, or the author of the post.",
    )
    send_dm: bool = Field(
        default=False,
        alias="sendDM",
        description="Send the person, or the author of the post, a message.",
    )
    boost_posts: bool = Field(
        default=False,
        alias="boostPosts",
        description="Watch and like the person's posts, or the post.",
    )
    mass_comment: bool = Field(
        default=False,
        alias="massComment",
        description="Comment on the person's posts, or on the post.",
    )

    @model_validator(mode="after")
    def _something_to_do(self) -> Self:
        if not any((self.follow_users, self.unfollow_users, self.send_dm, self.boost_posts, self.mass_comment)):
            message = say(
                "scripts.enable_least_one_followusers_unfollowusers",
                "enable at least one of followUsers, unfollowUsers, sendDM, boostPosts and massComment",
            )
            raise ValueError(message)
        if self.follow_users and self.unfollow_users:
            message = say(
                "scripts.followusers_unfollowusers_exclude_each_other",
                "followUsers and unfollowUsers exclude each other",
            )
            raise ValueError(message)
        return self

    @property
    def verbs(self) -> list[str]:
        """What is done, in words."""
        wishes = {
            "follow": self.follow_users,
            "unfollow": self.unfollow_users,
            "message": self.send_dm,
            "like": self.boost_posts,
            "comment": self.mass_comment,
        }
        return [verb for verb, wanted in wishes.items() if wanted]


class DmSettings(Generated, MessageText):
    """What to write to people."""


class CommentSettings(Generated, CommentText):
    """What to write below posts."""


class PostSettings(ScriptConfig):
    """Which posts of a person, and how to watch them."""

    skip_posts_count: Annotated[int, Field(ge=0, le=8), AS_WHOLE] = Field(
        default=0, description="How many of the newest posts are passed over."
    )
    max_posts_count: Annotated[int, Field(ge=1, le=50), AS_WHOLE] = Field(
        default=1, description="How many posts of each person."
    )
    repeat_times: Annotated[int, Field(ge=1, le=20), AS_WHOLE] = Field(
        default=1, description="How many times each post is watched."
    )
    view_durations: ViewSpan = Field(
        default=(5, 30), description="How long each post is watched, in seconds: at least, at most."
    )


class SuperMarketingConfig(ScriptConfig):
    """Which targets, what to do with each, and who takes which."""

    model_config = ConfigDict(validate_by_name=True)

    cost_is_known: ClassVar[bool] = False
    shares_targets: ClassVar[bool] = True

    data_source_type: Literal["usernames", "post_links"] = Field(
        default="usernames", description="What the targets are: usernames, or addresses of posts."
    )
    targets: Annotated[
        tuple[str, ...], BeforeValidator(lambda value: value, json_schema_input_type=list[str] | str)
    ] = Field(
        min_length=1, max_length=MOST_ITEMS, description="Usernames or addresses of posts, which the phones share."
    )
    strategy: Literal["consume_once", "shared_pool"] = Field(
        default="consume_once",
        description="Each target goes to one account of the request; or every account takes all of them.",
    )
    consumption_limit: Annotated[int, Field(ge=0, le=MOST_ITEMS), AS_WHOLE] = Field(
        default=0, description="How many targets an account takes at most; 0 is as many as there are."
    )
    features: Features = Field(description="What is done with each target.")
    dm_settings: DmSettings | None = Field(
        default=None,
        alias="dmSettings",
        description="What to write to people; needed for sendDM.",
    )
    comment_settings: CommentSettings | None = Field(
        default=None,
        alias="commentSettings",
        description="What to write below posts; needed for massComment.",
    )
    post_settings: PostSettings = Field(
        default_factory=PostSettings,
        alias="postSettings",
        description="Which posts of a person, and how to watch them.",
    )
    merge_same_username_tasks: bool = Field(
        default=False, description="Posts of the same person are one target, visited by one account."
    )
    task_interval: MinuteSpan = Field(
        default=(0, 10), description="How long to wait between targets, in minutes: at least, at most."
    )
    access_method: AccessMethod = Field(
        default="direct", description="How to get to a profile: by deep link, or through the app's search."
    )
    chatgpt_settings: ChatSettings | None = Field(
        default=None, description="The language model, for texts whose own settings name none."
    )

    @property
    def messages(self) -> DmSettings:
        """What to write to people, and by which language model if any. Raises `ValueError` where nothing is given."""
        if self.dm_settings is None:
            message = say("scripts.no_dmsettings", "there are no dmSettings")
            raise ValueError(message)
        chat = self.dm_settings.chatgpt_settings or self.chatgpt_settings
        return self.dm_settings.model_copy(update={"chatgpt_settings": chat})

    @property
    def comments(self) -> CommentSettings:
        """What to write below posts, and by which language model if any. Raises `ValueError` where nothing is given."""
        if self.comment_settings is None:
            message = say("scripts.no_commentsettings", "there are no commentSettings")
            raise ValueError(message)
        chat = self.comment_settings.chatgpt_settings or self.chatgpt_settings
        return self.comment_settings.model_copy(update={"chatgpt_settings": chat})

    @field_validator("targets", mode="before")
    @classmethod
    def _names_or_addresses(cls, value: object, info: ValidationInfo) -> tuple[str, ...]:
        return post_urls(value) if info.data.get("data_source_type") == "post_links" else usernames(value)

    @model_validator(mode="after")
    def _texts_for_features(self) -> Self:
        if self.features.send_dm and self.dm_settings is None:
            message = say("scripts.senddm_needs_dmsettings", "sendDM needs dmSettings")
            raise ValueError(message)
        if self.features.mass_comment and self.comment_settings is None:
            message = say("scripts.masscomment_needs_commentsettings", "massComment needs commentSettings")
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _language_model(self) -> Self:
        for texts in (self.dm_settings, self.comment_settings):
            if texts and texts.generate_by_chatgpt and not (texts.chatgpt_settings or self.chatgpt_settings):
                message = say(
                    "scripts.generate_chatgpt_needs_chatgpt_settings", "generate_by_chatgpt needs chatgpt_settings"
                )
                raise ValueError(message)
        return self

    def targets_by_field(self) -> dict[str, tuple[str, ...]]:
        """Return the targets that the phones of the request share."""
        return {"targets": self.targets}

    def contacts_people(self) -> bool:
        """Tell whether the targets notice anything; to be unfollowed does not count."""
        return self.features.verbs != ["unfollow"]

    def field_for_all_accounts(self) -> str:
        """Return the field that points every account of the request at the same targets, if it does."""
        return "strategy" if self.strategy == "shared_pool" else ""

    def usual_duration(self) -> timedelta:
        """Return how long it takes where none has run yet."""
        return timedelta(minutes=5)

    def pictures(self) -> tuple[Picture, ...]:
        """Return the image that is attached to comments, if any."""
        named = self.comment_settings.pictures() if self.comment_settings else ()
        return tuple(replace(picture, field=f"commentSettings.{picture.field}") for picture in named)

    def summary(self) -> str:
        """Return what people read: "work through 2 people (follow and like)"."""
        whom = posts(self.targets) if self.data_source_type == "post_links" else people(self.targets)
        verbs = listed([_VERBS[verb] for verb in self.features.verbs])
        return say("scripts.does_work_through", "work through {whom} ({verbs})", whom=whom, verbs=verbs)


_VERBS: Final[Mapping[str, str]] = {
    "follow": say("scripts.verb_follow", "follow"),
    "unfollow": say("scripts.verb_unfollow", "unfollow"),
    "message": say("scripts.verb_message", "message"),
    "like": say("scripts.verb_like", "like"),
    "comment": say("scripts.verb_comment", "comment"),
}

SCRIPT = Script(name="super_marketing", title="Run a marketing campaign", config=SuperMarketingConfig)
