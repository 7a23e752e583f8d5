"""The schemas of verifications."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.answers.fields import Instant, Text
from phonefleet.wording import Form
from phonefleet.words import say

_SelectorName = Annotated[
    str,
    Form(
        r"^[A-Za-z0-9_-]{1,100}$",
        say("fleet.must_1_100_ascii_letters", "must be 1 to 100 ASCII letters, digits, _ and -"),
    ),
]
_Fingerprint = Annotated[
    str,
    Form(
        r"^[0-9a-f]{16}$",
        say("fleet.must_16_hexadecimal_digits_small", "must be 16 hexadecimal digits in small letters"),
    ),
]


class VerificationQuery(BaseModel):
    """Which verifications to list."""

    model_config = ConfigDict(extra="forbid")

    serial: Text | None = Field(default=None, description="Any name of a phone.")


class VerificationRequest(BaseModel):
    """Which selectors were found on a phone."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    serial: Annotated[Text, Field(min_length=1, description="Any name of the phone.")]
    app_version: Annotated[Text, Field(min_length=1, description="The version of the app on the phone.")]
    fingerprints: Annotated[
        dict[_SelectorName, _Fingerprint],
        Field(min_length=1, max_length=1000, description="Of each selector found: what stands for its rules."),
    ]


class VerificationOut(BaseModel):
    """A selector that was seen to work."""

    model_config = ConfigDict(from_attributes=True)

    serial: str
    alias: str | None = Field(default=None, description="What people call the phone now.")
    app: str
    app_version: str
    selector: str
    fingerprint: str
    verified_at: Instant


class VerificationList(BaseModel):
    """Verified selectors, by phone, version of the app and name."""

    verifications: list[VerificationOut]
