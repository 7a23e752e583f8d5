"""The format of the list of system dialogs, checked by Pydantic; the list itself explains its words."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from phonefleet.apps.schema import Pattern
from phonefleet.words import say

Cure = Literal["dismiss", "wait", "crash", "person"]
Name = Annotated[str, Field(min_length=1)]
Globs = tuple[Name, ...]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Patterns = Annotated[tuple[Pattern, ...], Field(min_length=1)]
Words = Annotated[tuple[Name, ...], Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DialogRule(_Part):
    """One kind of dialog: how it is recognized, and what is done with it."""

    name: Name
    packages: Annotated[Globs, Field(min_length=1)]
    ids: Globs = ()
    without: Globs = ()
    words: dict[Language, Patterns] = {}
    cure: Cure
    tick: Globs = ()
    """A box that is ticked before the button is touched, if it is there."""
    buttons: Globs = ()
    says: dict[Language, Words] = {}
    insist: Globs = ()
    back: bool = False
    """Whether the Back key puts it away where it shows none of the buttons."""
    tell: Name | None = None

    @model_validator(mode="after")
    def _can_be_recognized(self) -> Self:
        if not self.ids and not self.words:
            message = say(
                "apps.dialog_needs_ids_words_recognized", "a dialog needs ids or words by which it is recognized"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if (self.cure == "person") != (self.tell is not None):
            message = say("apps.tell_belongs_only_person_may", "`tell` belongs to what only a person may answer")
            raise ValueError(message)
        if self.cure != "person" and not (self.buttons or self.says or self.back):
            message = say("apps.dialog_needs_button_back_put", "a dialog needs a button, or `back`, to be put away")
            raise ValueError(message)
        if (self.cure == "wait") != bool(self.insist):
            message = say("apps.insist_belongs_waited", "`insist` belongs to what is waited for")
            raise ValueError(message)
        return self


class DialogRules(_Part):
    """The whole list."""

    packages: Annotated[Globs, Field(min_length=1)]
    dialogs: Annotated[tuple[DialogRule, ...], Field(min_length=1)]
