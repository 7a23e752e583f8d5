"""The script `message`: send people a message."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from phonefleet.scripts.chat import ChatSettings
from phonefleet.scripts.fields import AccessMethod, Order, Targets, Texts
from phonefleet.scripts.script import Script, ScriptConfig


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

    target_users: Targets = Field(validation_alias=AliasChoices("target_users", "target_user", "target_username"))
    access_method: AccessMethod = Field(
        default="direct", description="How to get to a profile: by deep link, or through the app's search."
    )


SCRIPT = Script(
    name="message",
    title="Send messages",
    config=MessageConfig,
    target_fields=("target_users",),
    ready=True,
)
