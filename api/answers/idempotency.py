"""The header Idempotency-Key: a POST that a client repeats with the same key does its work once."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Header

from phonefleet.ledger import Idempotency
from phonefleet.wording import Form
from phonefleet.words import say

IdempotencyKey = Annotated[
    Annotated[
        str,
        Form(
            r"^[\x21-\x7e]+$",
            say("answers.must_ascii_characters_without_spaces", "must be ASCII characters without spaces"),
        ),
    ]
    | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="A repeated POST with the same key answers what the first one answered.",
    ),
]


def idempotency_of(key: str | None, request: str) -> Idempotency | None:
    """Return a key with the SHA-256 digest of the request that it came with; None without a key."""
    return None if key is None else Idempotency(key, hashlib.sha256(request.encode()).hexdigest())
