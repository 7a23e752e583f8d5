"""The script `account_warmup`: use an account for a while as a person does, watching and now and then doing."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Self

from pydantic import AliasChoices, Field, model_validator

from phonefleet.scripts.chat import Generated, GeneratedAlone
from phonefleet.scripts.comment import CommentText
from phonefleet.scripts.fields import Order, Probability, Texts, Words
from phonefleet.scripts.naming import span
from phonefleet.scripts.script import Script
from phonefleet.words import say

Watching = Annotated[float, Field(ge=0, le=300, allow_inf_nan=False)]


class WarmUpComment(Generated, CommentText):
    """What to write below posts; without texts of its own what the language model writes counts alone."""

    comment_content: Texts = Field(default=(), description="Comments, one a line; `{a|b}` is one of several wordings.")


class AccountWarmupConfig(GeneratedAlone):
    """For how long, what to watch, and how often to do something."""

    cost_is_known: ClassVar[bool] = False

    task_duration: Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False)] = Field(
        default=600, description="How long to go on, in seconds."
    )
    topic: Words = Field(default=(), description="What to search for, one a line; empty watches the feed.")
    min_duration: Watching = Field(default=15, description="How long a post is watched at least, in seconds.")
    max_duration: Watching = Field(default=30, description="How long a post is watched at most, in seconds.")
    like_probable: Probability = Field(default=0, description="How many posts of a hundred are liked.")
    floow_probable: Probability = Field(
        default=0,
        validation_alias=AliasChoices("floow_probable", "follow_probable"),
        description="How many authors of a hundred are followed.",
    )
    collect_probable: Probability = Field(default=0, description="How many posts of a hundred become favorites.")
    comment_probable: Probability = Field(default=0, description="How many posts of a hundred get a comment.")
    comment: Texts = Field(default=(), description="Comments, one a line; `{a|b}` is one of several wordings.")
    comment_order: Order = Field(
        default="random", description="Which comment comes next: any, or one after the other by the task's place."
    )
    insert_emoji: bool = Field(default=False, description="Add an emoji to each comment.")

    @property
    def comment_text(self) -> WarmUpComment:
        """What to write below posts, where there is anything to write."""
        return WarmUpComment(
            comment_content=self.comment,
            comment_order=self.comment_order,
            insert_emoji=self.insert_emoji,
            generate_by_chatgpt=self.generate_by_chatgpt,
            chatgpt_settings=self.chatgpt_settings,
        )

    @model_validator(mode="after")
    def _durations(self) -> Self:
        if self.min_duration > self.max_duration:
            message = say("scripts.min_duration_more_than_max", "min_duration is more than max_duration")
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _comments(self) -> Self:
        if self.comment_probable and not self.comment and not self.generate_by_chatgpt:
            message = say(
                "scripts.comment_probable_needs_comment_texts",
                "comment_probable needs comment, the texts that are written, or generate_by_chatgpt",
            )
            raise ValueError(message)
        return self

    def usual_duration(self) -> timedelta:
        """Return for how long it goes on."""
        return timedelta(seconds=self.task_duration)

    def summary(self) -> str:
        """Return what people read: "warm up for 10 min"."""
        return say("scripts.does_warm_up", "warm up for {span}", span=span(self.usual_duration()))


SCRIPT = Script(name="account_warmup", title="Warm up an account", config=AccountWarmupConfig)
