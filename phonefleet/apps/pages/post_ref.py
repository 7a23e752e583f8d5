"""Which post is meant: by its address, or by what its tile on the author's profile says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_AUTHOR = re.compile(r"/@([^/]+)")


@dataclass(frozen=True, slots=True)
class PostRef:
    """A post to be found again at any time.

    `target` is what people and the ledger call it: its address, or its author and tile. `author`, which is a handle,
    and `id` are known where the address or the screen names them; `tile` is empty for a post that has an address.
    `display_name` is what the post calls its author where an app shows display names: it tells posts apart, and never
    who somebody is. `caption` is what a post without an address says; None where it is not compared.
    """

    target: str
    author: str = ""
    id: str = ""
    tile: str = ""
    display_name: str = ""
    caption: str | None = None

    def __str__(self) -> str:
        return self.target


def post_at(url: str, author: str = "") -> PostRef:
    """Return the post at an address such as `https://…/@author/video/123` or `sample://post/123`.

    The last part of the path is taken for the id; the author is read from the path unless given.
    """
    path = urlsplit(url).path
    named = _AUTHOR.search(path)
    last = path.rstrip("/").rpartition("/")[2]
    return PostRef(url, author or (unquote(named[1]) if named else ""), unquote(last))


def tile_of(author: str, label: str) -> PostRef:
    """Return the post whose tile on its author's profile says `label`."""
    return PostRef(f"@{author}: {label}", author, tile=label)
