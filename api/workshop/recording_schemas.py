"""The schemas of recordings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from api.answers.fields import Instant, Text
from api.answers.told import Telling, Told
from api.workshop.schemas import STRICT, AppName, PageName
from phonefleet.text import whole_number
from phonefleet.wording import Form
from phonefleet.words import say

NewName = Annotated[
    str,
    Form(
        r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$",
        say("workshop.recording_name_form", "must be 1 to 64 ASCII letters, digits, _ and -, a letter first"),
    ),
]


class RecordingRequest(BaseModel):
    """What to record. People are always masked; `phonefleet record --keep-names` is for whoever needs them."""

    model_config = STRICT

    serial: Annotated[Text, Field(min_length=1, description="Any name of the phone.")]
    app: AppName
    name: NewName | None = Field(default=None, description="Of the recording; app and time if left out.")
    seconds: Annotated[
        int, Field(ge=5, le=3600, description="It ends by itself after this time."), BeforeValidator(whole_number)
    ] = 600


class PageRequest(BaseModel):
    """Which page a recorded screen is."""

    model_config = STRICT

    page: PageName | None = Field(description="Null takes back what was said.")


class RecordingOut(Telling):
    """A recording: one that is kept, or one that is going on or has failed."""

    name: str
    state: Literal["running", "writing", "done", "failed"]
    app: str | None = Field(description="The profile by which it was recorded; null where that is not known.")
    package: str
    version: str
    language: str
    serial: str | None = Field(description="The phone, while it is going on.")
    alias: str | None = Field(description="What the phone is called.")
    screens: int
    steps: int | None
    recorded_at: Instant
    until: Instant | None = Field(description="When it ends by itself.")
    told: Told = Field(description="The last that it has to tell a person.")
    remark: Told | None = Field(description="Why it failed.")


class RecordedScreenOut(Telling):
    """A screen of a recording."""

    name: str
    page: str | None = Field(description="What a person has said, else what the profile tells.")
    named_page: str | None = Field(description="What a person has said.")
    picture: bool
    problem: Told | None = Field(description="Why it cannot be read.")


class RecordingShown(RecordingOut):
    """A recording with its screens, in the order in which they were met."""

    shown: list[RecordedScreenOut]


class RecordingList(BaseModel):
    """All recordings: those that are going on first, then the newest."""

    recordings: list[RecordingOut]
