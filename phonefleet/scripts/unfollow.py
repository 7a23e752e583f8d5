"""The script `unfollow`: stop following people."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from phonefleet.scripts.fields import AccessMethod, Targets
from phonefleet.scripts.script import Script, ScriptConfig


class UnfollowConfig(ScriptConfig):
    """Whom to stop following, and how to get to them."""

    target_users: Targets = Field(validation_alias=AliasChoices("target_users", "target_user", "target_username"))
    access_method: AccessMethod = Field(
        default="direct", description="How to get to a profile: by deep link, or through the app's search."
    )


SCRIPT = Script(
    name="unfollow", title="Unfollow users", config=UnfollowConfig, target_fields=("target_users",), ready=True
)
