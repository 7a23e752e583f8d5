"""Persons who use a fleet: their names, what their role allows, and how their tokens are made and recognized.

It knows neither HTTP nor the database. A token is shown once and kept as its SHA-256 digest: it is drawn at random from
256 bits, so that a slow hash, as passwords need it, would protect nothing more.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from phonefleet.wording import Form
from phonefleet.words import say

NAME = Form(
    r"^[^\W_][\w.-]*( [\w.-]+)*$",
    say(
        "persons.must_letters_digits_any_single",
        "must be letters, digits and any of _ . -, with single spaces between, and begin with a letter or a digit",
    ),
)
LONGEST_NAME = 60
_TOKEN_PREFIX = "pf_"  # noqa: S105 - lets programs that look for leaked secrets know ours
_TOKEN_BYTES = 32


class Role(StrEnum):
    """What a person may do; each role may do what those before it may.

    watch reads, operate lets phones work and takes them over, administer changes persons and limits, and deletes.
    """

    WATCH = "watch"
    OPERATE = "operate"
    ADMINISTER = "administer"

    def allows(self, needed: Role) -> bool:
        """Tell whether this role may do what needs the other one."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a token; `token_digest` is that of the token, `token_made_at` when it was last drawn."""

    name: str
    role: Role
    token_digest: str
    created_at: datetime
    token_made_at: datetime


def new_token() -> str:
    """Return a new random token or the secret of a session: 256 bits in URL-safe base64, after a prefix."""
    return _TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Return the SHA-256 digest of a token in hexadecimal, as it is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def one_form(name: str) -> str:
    """Return a name in Unicode's form NFC, so that what looks the same is the same."""
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """Return what two names of the same person have in common: neither case nor Unicode's form matters."""
    return one_form(one_form(name).casefold())
