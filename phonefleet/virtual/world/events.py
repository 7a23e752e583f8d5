"""What can happen in the world, and how it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

Kind = Literal["follow", "unfollow", "like", "comment", "message", "post"]

_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "follow": ("follower", "followee"),
    "unfollow": ("follower", "followee"),
    "like": ("username", "post"),
    "comment": ("username", "post", "text"),
    "message": ("sender", "recipient", "text"),
    "post": ("author", "id", "caption"),
}


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

    @classmethod
    def from_record(cls, record: Mapping[str, str]) -> Event:
        """Read what `as_record` returned.

        Raises:
            ValueError: the record has an unknown kind, or a value is missing or no text.

        """
        kind = next((kind for kind in get_args(Kind) if kind == record.get("kind")), None)
        if kind is None or not all(isinstance(record.get(name), str) for name in (*_FIELDS[kind], "at")):
            message = f"not an event of the world: {dict(record)!r}"
            raise ValueError(message)
        return cls(kind, tuple(record[name] for name in _FIELDS[kind]), datetime.fromisoformat(record["at"]))


def instant(at: datetime) -> str:
    """Write an instant as ISO 8601 in UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
