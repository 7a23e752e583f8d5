"""The script `message`: send people a message."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import AliasChoices, Field

from phonefleet.limits.kinds import Cost, Kind
from phonefleet.scripts.chat import ChatSettings
from phonefleet.scripts.fields import AccessMethod, Order, Targets, Texts
from phonefleet.scripts.naming import people
from phonefleet.scripts.script import Script, ScriptConfig
from phonefleet.words import say


class MessageText(ScriptConfig):
    """What to write to a person."""

    message_contents: Annotated[Texts, Field(min_length=1)] = Field(
        validation_alias=AliasChoices("message_contents", "message_content"),
        description="Messages, one a line; `{a|b}` is one of several wordings.",
    )
    message_order: Order = Field(
        default="random", description="Which message comes next: any, or one after the other by the task's place."
    )
    insert_emoji: bool = Field(default=False, description="Add an emoji to each message.")
    send_profile_card: bool = Field(
        default=False, description="Send the account's own profile card before it; that counts as a message too."
    )

    @property
    def chat(self) -> ChatSettings | None:
        """The language model that writes the messages; None takes the given ones."""
        return None


class MessageConfig(MessageText):
    """Whom to write to, what, and how to get to them."""

    only_action: ClassVar[Kind | None] = "message"

    target_users: Targets = Field(validation_alias=AliasChoices("target_users", "target_user", "target_username"))
    access_method: AccessMethod = Field(
        default="direct", description="How to get to a profile: by deep link, or through the app's search."
    )

    def budget_cost(self) -> Cost:
        """Return how many messages it sends: the profile card counts as one too."""
        return (("message", len(self.target_users) * (2 if self.send_profile_card else 1)),)

    def usual_duration(self) -> timedelta:
        """Return how long it takes where none has run yet."""
        return timedelta(seconds=40)

    def summary(self) -> str:
        """Return what people read: "write to @anna"."""
        return say("scripts.does_message", "write to {whom}", whom=people(self.target_users))


SCRIPT = Script(
    name="message",
    title="Send messages",
    config=MessageConfig,
    target_fields=("target_users",),
)
