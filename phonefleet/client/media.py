"""The calls about the media library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from phonefleet.client.answers import AddedMedia, Deleted, Media, MediaPage
from phonefleet.client.connection import Connection, given
from phonefleet.client.paging import items_of_pages

MediaKind = Literal["image", "video"]


class MediaCalls:
    """Sends, tags, lists and removes pictures and videos."""

    _connection: Connection

    def list_media(
        self,
        *,
        kind: MediaKind | None = None,
        tag: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> MediaPage:
        """Return one page of the library, oldest first."""
        query = given(kind=kind, tag=tag, page=page, page_size=page_size)
        return self._connection.call("GET", "/media", query=query)

    def iter_media(self, *, kind: MediaKind | None = None, tag: str | None = None) -> Iterator[Media]:
        """Yield everything in the library that passes the filters."""
        return items_of_pages(
            lambda page, size: self.list_media(kind=kind, tag=tag, page=page, page_size=size),
            lambda found: found["media"],
            lambda file: file["id"],
        )

    def get_media(self, media_id: int) -> Media:
        """Return one file of the library."""
        return self._connection.call("GET", f"/media/{media_id}")

    def add_media(self, content: bytes | Path, name: str, *, tag: Sequence[str] | None = None) -> AddedMedia:
        """Send a picture (JPEG, PNG, WebP) or a video (MP4, MOV); one that is there already gets the tags, too.

        A path is read while it is sent, so that a large file takes no memory.
        """
        query = given(name=name, tag=tag)
        if isinstance(content, bytes):
            return self._connection.upload("/media", content, "application/octet-stream", query=query)
        return self._connection.upload_file("/media", content, query=query)

    def change_media(self, media_id: int, tags: Sequence[str]) -> Media:
        """Give a file other tags."""
        return self._connection.call("PATCH", f"/media/{media_id}", body={"tags": list(tags)})

    def delete_media(self, media_id: int) -> Deleted:
        """Remove a file from the library, and delete it."""
        return self._connection.call("DELETE", f"/media/{media_id}")
