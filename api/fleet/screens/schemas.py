"""The schemas of live pictures."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.answers.fields import Instant, Text
from api.answers.told import Telling, Told
from phonefleet.text import whole_number

MOST_PHONES = 200
LONGEST_WAIT = 25.0
"""In seconds: shorter than what proxies allow an answer to take."""

Width = Annotated[
    int,
    Field(ge=60, le=1080, description="Pixels along the shorter side of the display."),
    BeforeValidator(whole_number),
]
Quality = Annotated[int, Field(ge=10, le=90, description="Of JPEG."), BeforeValidator(whole_number)]
Wait = Annotated[
    float, Field(ge=0, le=LONGEST_WAIT, allow_inf_nan=False, description="How long to wait for a change, in seconds.")
]
Tag = Annotated[str, Field(max_length=64)]


class PhoneSeen(BaseModel):
    """A phone to show, and which picture of it the client has already."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    serial: Annotated[Text, Field(min_length=1, description="Serial, alias, or an address that it has or had.")]
    seen: Tag | None = Field(default=None, description="The `tag` of the picture that the client has.")


class ScreensRequest(BaseModel):
    """Which phones to show, and how."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    phones: Annotated[list[PhoneSeen], Field(min_length=1, max_length=MOST_PHONES)]
    width: Width = 200
    quality: Quality = 60
    wait: Wait = 0


class ScreenOut(Telling):
    """What a phone shows."""

    serial: str = Field(description="As it was asked for.")
    tag: str | None = Field(description="Another one for each picture; null while there is none.")
    at: Instant | None = Field(description="When the phone was last seen to show this.")
    width: int | None
    height: int | None
    jpeg: str | None = Field(description="Base64; null where the client has it already, or there is none.")
    error: Told | None = Field(description="Why there is no newer picture, for a person.")


class ScreensOut(BaseModel):
    """What phones show, in the order in which they were asked for."""

    screens: list[ScreenOut]
