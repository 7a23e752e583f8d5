"""The script `unfollow`: stop following people."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import AliasChoices, Field

from phonefleet.limits.kinds import Kind
from phonefleet.scripts.fields import AccessMethod, Targets
from phonefleet.scripts.naming import people
from phonefleet.scripts.script import Script, ScriptConfig
from phonefleet.words import say


class UnfollowConfig(ScriptConfig):
    """Whom to stop following, and how to get to them."""

    only_action: ClassVar[Kind | None] = "unfollow"

    target_users: Targets = Field(validation_alias=AliasChoices("target_users", "target_user", "target_username"))
    access_method: AccessMethod = Field(
        default="direct", description="How to get to a profile: by deep link, or through the app's search."
    )

    def usual_duration(self) -> timedelta:
        """Return how long it takes where none has run yet."""
        return timedelta(seconds=25)

    def summary(self) -> str:
        """Return what people read: "unfollow @anna"."""
        return say("scripts.does_unfollow", "unfollow {whom}", whom=people(self.target_users))


SCRIPT = Script(name="unfollow", title="Unfollow users", config=UnfollowConfig, target_fields=("target_users",))
