"""The script `profile`: change what an account says about itself. Python has a module of that name already."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from phonefleet.scripts.fields import Order, Path, Texts, TextsWithBreaks, Usernames
from phonefleet.scripts.script import Script, ScriptConfig


class ProfileConfig(ScriptConfig):
    """The new values; what is empty stays as it is."""

    profile_order: Order = Field(
        default="random", description="Which value comes next: any, or one after the other by the task's place."
    )
    nicknames: Texts = Field(default=(), description="Names that are shown, one a line.")
    usernames: Usernames = Field(default=(), description="Usernames, one a line; `@` is optional.")
    bios: TextsWithBreaks = Field(default=(), description="Biographies, one a line; `\\n` is a line break inside one.")
    link_url: str = Field(
        default="", max_length=2000, pattern=r"^(https?://\S+)?$", description="The link of the profile."
    )
    avatars_path: Path = Field(default="", description="A picture, or a folder of pictures, for the profile.")

    @model_validator(mode="after")
    def _something_new(self) -> Self:
        if not any((self.nicknames, self.usernames, self.bios, self.link_url, self.avatars_path)):
            message = "give at least one of nicknames, usernames, bios, link_url and avatars_path"
            raise ValueError(message)
        return self


SCRIPT = Script(
    name="profile",
    title="Change a profile",
    config=ProfileConfig,
    ready=True,
    module="change_profile",
)
