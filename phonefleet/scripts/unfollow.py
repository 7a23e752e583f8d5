"""The script `unfollow`: stop following people."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from phonefleet.scripts.follow import AccessMethod
from phonefleet.scripts.script import Script, ScriptConfig, Targets


class UnfollowConfig(ScriptConfig):
    """Whom to stop following, and how to get to them."""

    target_users: Targets = Field(validation_alias=AliasChoices("target_users", "target_user", "target_username"))
    access_method: AccessMethod = "direct"


SCRIPT = Script(name="unfollow", title="Unfollow users", config=UnfollowConfig, target_field="target_users")
