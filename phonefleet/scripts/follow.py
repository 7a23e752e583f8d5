"""The script `follow`: follow people."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, Field

from phonefleet.scripts.script import Script, ScriptConfig, Targets

AccessMethod = Literal["direct", "search"]
"""How to get to a profile: by deep link, or through the app's search."""


class FollowConfig(ScriptConfig):
    """Whom to follow, and how to get to them."""

    target_users: Targets = Field(validation_alias=AliasChoices("target_users", "target_user", "target_username"))
    access_method: AccessMethod = "direct"


SCRIPT = Script(name="follow", title="Follow users", config=FollowConfig, target_field="target_users")
