"""What the API answers about the media library."""

from __future__ import annotations

from typing import Literal, TypedDict


class Media(TypedDict):
    """A picture or a video of the library; `path` is what `material_list` names it by, `size` is in bytes."""

    id: int
    path: str
    kind: Literal["image", "video"]
    media_type: str
    size: int
    sha256: str
    tags: list[str]
    added_at: str


class AddedMedia(Media):
    """A file that was sent; `created` is False when it was there already."""

    created: bool


class MediaPage(TypedDict):
    """One page of the library, oldest first."""

    media: list[Media]
    total: int
    page: int
    page_size: int
