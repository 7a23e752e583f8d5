"""The script `profile`: change what an account says about itself. Python has a module of that name already."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from phonefleet.limits.kinds import Kind
from phonefleet.scripts.fields import Order, Path, Texts, TextsWithBreaks, Usernames
from phonefleet.scripts.naming import listed
from phonefleet.scripts.script import Picture, Script, ScriptConfig
from phonefleet.wording import Form
from phonefleet.words import say

_LINK = Form(
    r"^(https?://\S+)?$",
    say("scripts.must_address_begins_http_https", "must be an address that begins with http:// or https://"),
)


class ProfileConfig(ScriptConfig):
    """The new values; what is empty stays as it is."""

    only_action: ClassVar[Kind | None] = "profile"

    profile_order: Order = Field(
        default="random", description="Which value comes next: any, or one after the other by the task's place."
    )
    nicknames: Texts = Field(default=(), description="Names that are shown, one a line.")
    usernames: Usernames = Field(default=(), description="Usernames, one a line; `@` is optional.")
    bios: TextsWithBreaks = Field(default=(), description="Biographies, one a line; `\\n` is a line break inside one.")
    link_url: Annotated[str, Field(max_length=2000), _LINK] = Field(default="", description="The link of the profile.")
    avatars_path: Path = Field(default="", description="A picture, or a folder of pictures, for the profile.")

    @model_validator(mode="after")
    def _something_new(self) -> Self:
        if not any((self.nicknames, self.usernames, self.bios, self.link_url, self.avatars_path)):
            message = say(
                "scripts.give_least_one_nicknames_usernames",
                "give at least one of nicknames, usernames, bios, link_url and avatars_path",
            )
            raise ValueError(message)
        return self

    def pictures(self) -> tuple[Picture, ...]:
        """Return the profile's picture, if any; a folder leaves the choice to the phone's turn."""
        return (Picture("avatars_path", self.avatars_path, may_be_folder=True),) if self.avatars_path else ()

    def summary(self) -> str:
        """Return what people read: "change nickname, bio and link"."""
        parts = {
            say("scripts.part_nickname", "nickname"): self.nicknames,
            say("scripts.part_username", "username"): self.usernames,
            say("scripts.part_bio", "bio"): self.bios,
            say("scripts.part_link", "link"): self.link_url,
            say("scripts.part_avatar", "avatar"): self.avatars_path,
        }
        named = listed([name for name, value in parts.items() if value])
        return say("scripts.does_change_profile", "change {parts}", parts=named)


SCRIPT = Script(
    name="profile",
    title="Change a profile",
    config=ProfileConfig,
    module="change_profile",
)
