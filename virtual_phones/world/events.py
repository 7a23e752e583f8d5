"""What can happen in the world, and how it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, get_args

Kind = Literal[
    "follow",
    "unfollow",
    "like",
    "unlike",
    "favorite",
    "unfavorite",
    "repost",
    "unrepost",
    "share",
    "comment",
    "message",
    "profile_card",
    "profile_change",
    "post",
]

PUBLISHED = (
    "files", "sound", "origin_volume", "sound_volume", "placement", "ai_label", "product_link",
)  # fmt: skip
"""What a post says about how it was published, beside what it shows."""

_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "follow": ("follower", "followee"),
    "unfollow": ("follower", "followee"),
    "like": ("username", "post"),
    "unlike": ("username", "post"),
    "favorite": ("username", "post"),
    "unfavorite": ("username", "post"),
    "repost": ("username", "post"),
    "unrepost": ("username", "post"),
    "share": ("username", "post", "way"),
    "comment": ("username", "post", "text", "image"),
    "message": ("sender", "recipient", "text"),
    "profile_card": ("sender", "recipient", "profile"),
    "profile_change": ("username", "field", "value"),
    "post": ("author", "id", "caption", "media", *PUBLISHED),
}

_NAMES = frozenset({"follower", "followee", "username", "sender", "recipient", "profile", "author"})
"""The values that are usernames."""

_ADDED: Mapping[str, Mapping[str, str]] = {
    "comment": {"image": ""},
    "post": {"media": "image", **dict.fromkeys(PUBLISHED, "")},
}
"""Values that older journals do not have, and what they were then."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that one account did; `values` are named by the kind."""

    kind: Kind
    values: tuple[str, ...]
    at: datetime

    def as_dict(self) -> dict[str, str]:
        """Return the values by name and `at` as ISO 8601 in UTC."""
        return dict(zip(_FIELDS[self.kind], self.values, strict=True)) | {"at": instant(self.at)}

    def as_record(self) -> dict[str, str]:
        """Return what a journal keeps."""
        return {"kind": self.kind} | self.as_dict()

    def renamed(self, before: str, after: str) -> Event:
        """Return the same event as it reads since an account has another username."""
        pairs = zip(_FIELDS[self.kind], self.values, strict=True)
        return replace(
            self, values=tuple(after if name in _NAMES and value == before else value for name, value in pairs)
        )

    @classmethod
    def from_record(cls, record: Mapping[str, str]) -> Event:
        """Read what `as_record` returned.

        Raises:
            ValueError: the record has an unknown kind, or a value is missing or no text.

        """
        kind = next((kind for kind in get_args(Kind) if kind == record.get("kind")), None)
        record = {**_ADDED.get(kind or "", {}), **record}
        if kind is None or not all(isinstance(record.get(name), str) for name in (*_FIELDS[kind], "at")):
            message = f"not an event of the world: {dict(record)!r}"
            raise ValueError(message)
        return cls(kind, tuple(record[name] for name in _FIELDS[kind]), datetime.fromisoformat(record["at"]))


def instant(at: datetime) -> str:
    """Write an instant as ISO 8601 in UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
