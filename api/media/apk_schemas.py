"""The schemas of the library of APKs."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.fields import ONE_LINE, Instant

ApkFileName = Annotated[str, Field(min_length=1, max_length=255), ONE_LINE]


class ApkOut(BaseModel):
    """An APK of the library."""

    sha256: str = Field(description="What `apk` of an installation names it by; 8 digits are enough.")
    package: str
    version_name: str
    version_code: int
    least_sdk: int = Field(description="The lowest API level of Android that it runs on.")
    size: int = Field(description="In bytes.")
    added_at: Instant


class AddedApk(ApkOut):
    """An APK that was sent; one of the same content is in the library once."""

    created: bool = Field(description="False when it was there already.")


class ApkList(BaseModel):
    """All APKs of the library, by package, the newest version first."""

    apks: list[ApkOut]
