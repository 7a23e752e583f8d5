"""The schemas of the media library."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.answers.fields import ONE_LINE, Id, Instant, PageQuery, Tag, Tags

FileName = Annotated[str, Field(min_length=1, max_length=255), ONE_LINE]
MediaKind = Literal["image", "video"]


class MediaQuery(PageQuery):
    """Which files of the library to list, and which page of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: MediaKind | None = None
    tag: Tag | None = None


class MediaOut(BaseModel):
    """A picture or a video of the library."""

    id: Id
    path: str = Field(description="What `material_list` names it by.")
    kind: MediaKind
    media_type: str = Field(description="As its content says, such as image/jpeg.")
    size: int = Field(description="In bytes.")
    sha256: str
    tags: list[str]
    added_at: Instant
    used_by: str | None = Field(description="The account that published it last.")
    used_at: Instant | None = Field(description="When it was published last.")


class AddedMedia(MediaOut):
    """A file that was sent; one of the same content is in the library once."""

    created: bool = Field(description="False when it was there already; it has the new tags, too.")


class MediaPage(BaseModel):
    """One page of the library, oldest first."""

    media: list[MediaOut]
    total: int
    page: int
    page_size: int


class MediaChange(BaseModel):
    """What can be changed of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tags: Tags
