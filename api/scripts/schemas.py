"""The answers about scripts."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.answers.fields import ALL_FIELDS


class ScriptOut(BaseModel):
    """A script that a request may name; one of the owner's that cannot be used tells why."""

    model_config = ALL_FIELDS

    name: str
    title: str
    description: str = Field(default="", description="What it does, in a sentence or two.")
    own: bool = Field(description="Whether it is a file of the owner, and none of the ten.")
    file: str | None = Field(default=None, description="The path of an own script.")
    flaw: str | None = Field(
        default=None, description="Why it cannot be used as it stands, with file and line; null: it can be."
    )
    acts: bool = Field(default=True, description="Whether it acts as an account; others only read.")
    only_action: str | None = Field(default=None, description="The one kind of action that it does.")
    target_fields: list[str] = Field(
        default=[], description="The lists of its configuration that a request is divided by, one task a target."
    )
    config_schema: dict[str, Any] = Field(default={}, description="The JSON schema of its `script_config`.")


class ScriptList(BaseModel):
    """All scripts: the ten first, then those of the owner by name."""

    scripts: list[ScriptOut]
    folder: str | None = Field(description="Where own scripts are taken from; null: this server takes none.")
