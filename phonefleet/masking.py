"""Secrets that people put into configurations are never shown again: which fields hold them, and what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from phonefleet.words import Message

MASK = "**********"
_SECRET = re.compile(
    r"(api|access|private|secret)[_-]?key|token|secret|passw(or)?d|passphrase|authorization|credential|cookie|bearer",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(r"(max|min|total|prompt|completion|input|output)_?(\w+_)?tokens?(_\w+)?$", re.IGNORECASE)
"""Numbers of tokens, such as `max_tokens`, which is shown so that what is shown can be sent back."""

_KEY_IN_QUERY = re.compile(
    r"(?<=[?&;])((?:[\w.~-]+[_.-])?(?:(?:api|access|secret|private|subscription|account)[_-]?key|key"
    r"|(?:access|auth|bearer|id|refresh|session)[_-]?token|token|secret|passw(?:or)?d|signature|sig|credential))"
    r"=[^&#;\s\"']+",
    re.IGNORECASE,
)
"""A key in the query of a URL, as some endpoints of language models and webhooks take it."""
_PASSWORD_IN_URL = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+(?=@)")


def masked(value: Any) -> Any:
    """Return a JSON value with every secret replaced, at any depth; empty ones stay, for nothing is hidden there."""
    if isinstance(value, str):
        return hidden(value)
    if isinstance(value, list):
        return [masked(item) for item in cast("list[Any]", value)]
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        return {key: MASK if item and _holds_secret(key) else masked(item) for key, item in fields.items()}
    return value


def unmasked(shown: Any, stored: Any) -> Any:
    """Return a JSON value that was shown masked, perhaps changed since, with the stored secrets in their places.

    Where something else stands than what was shown, that is meant.
    """
    if _is_mask_of(shown, stored):
        return stored
    if isinstance(shown, Mapping) and isinstance(stored, Mapping):
        fields, kept = cast("Mapping[str, Any]", shown), cast("Mapping[str, Any]", stored)
        return {key: _field_unmasked(key, value, kept.get(key)) for key, value in fields.items()}
    if isinstance(shown, list) and isinstance(stored, list):
        items, originals = cast("list[Any]", shown), cast("list[Any]", stored)
        whole = len(items) == len(originals)
        return [unmasked(item, original) for item, original in zip(items, originals, strict=True)] if whole else items
    return cast("Any", shown)


def _is_mask_of(shown: object, stored: object) -> bool:
    return isinstance(shown, str) and isinstance(stored, str) and shown == hidden(stored)


def _field_unmasked(key: str, shown: Any, stored: Any) -> Any:
    return stored if stored and shown == MASK and _holds_secret(key) else unmasked(shown, stored)


@lru_cache(1024)
def _holds_secret(key: str) -> bool:
    return _SECRET.search(key) is not None and _NO_SECRET.fullmatch(key) is None


def hidden(text: str) -> str:
    """Return the text without the passwords of URLs in it, and without keys in their queries."""
    if "://" not in text:
        return text
    if isinstance(text, Message):
        return text.mapped(hidden)
    return _KEY_IN_QUERY.sub(rf"\1={MASK}", _PASSWORD_IN_URL.sub(rf"\1:{MASK}", text))


def holds_key(url: str) -> bool:
    """Tell whether a URL holds a password or, in its query, a key."""
    return hidden(url) != url
