"""A joined host: its name, its token, and what its worker tells of itself when it joins."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

TOKEN_PREFIX: Final = "ph_host_"  # noqa: S105 - the beginning of all of them
_TOKEN_BYTES: Final = 32
NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
"""What a host may be called: it is a worker's name in Prefect and that of a file."""
AWAY_AFTER: Final = timedelta(seconds=30)
"""A host that nothing was heard from for so long is away: its phones get no work."""
UNLIKE_CLOCK: Final = timedelta(seconds=30)
"""From this difference between two clocks on, people are told."""


@dataclass(frozen=True, slots=True)
class Host:
    """A host that has a token; `token_digest` is that of the token.

    `installation` is the data folder whose worker has joined last, `away_since` is set while nothing is heard of it.
    `losses` counts how often it was lost.
    `clock_ahead` is how far its clock is ahead of the main host's, in seconds. `complaint` is why it was refused last.
    """

    name: str
    token_digest: str
    added_at: datetime
    version: str | None = None
    installation: str | None = None
    joined_at: datetime | None = None
    seen_at: datetime | None = None
    away_since: datetime | None = None
    removed_at: datetime | None = None
    clock_ahead: float | None = None
    losses: int = 0
    complaint: str | None = None

    def lives(self, now: datetime) -> bool:
        """Tell whether something was heard from its worker a short while ago."""
        return self.seen_at is not None and now - self.seen_at < AWAY_AFTER


@dataclass(frozen=True, slots=True)
class Joining:
    """What a worker tells when it joins: the product's version, its data folder's id, and how its clock goes."""

    version: str
    installation: str
    clock_ahead: float


def new_host_token() -> str:
    """Return a new random token of a host: 256 bits in URL-safe base64, after a prefix."""
    return TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


def is_host_token(token: str) -> bool:
    """Tell whether a token looks like one of a host, whether there is such a host or not."""
    return token.startswith(TOKEN_PREFIX)
