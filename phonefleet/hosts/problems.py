"""Sends errors of the ledger to another host, where they are raised again as the same class.

An error travels as JSON: `kind` is its class in `phonefleet.errors`, `message` its text, and `told` what the message
is made of (`phonefleet.words.pack`).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from phonefleet import errors
from phonefleet.errors import Permanent, PhonefleetError
from phonefleet.words import pack, unpack


def written(error: PhonefleetError) -> bytes:
    """Return an error as JSON in UTF-8."""
    said = error.message
    return json.dumps({"kind": type(error).__name__, "message": str(said)[:], "told": pack(said)}).encode()


def read(text: bytes) -> PhonefleetError:
    """Return the error that was written; one of a class that nobody knows here is `Permanent`.

    Raises:
        ValueError: this is no error.

    """
    try:
        found: dict[str, Any] = json.loads(text)
        kind, message = str(found["kind"]), str(found["message"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(text[:100]) from error
    return _class_of(kind)(unpack(message, found.get("told")))


@cache
def _class_of(kind: str) -> type[PhonefleetError]:
    """Return the class of this name that is made of a message alone."""
    found: object = getattr(errors, kind, None)
    if not isinstance(found, type) or not issubclass(found, PhonefleetError):
        return Permanent
    return found if found.__init__ is PhonefleetError.__init__ else Permanent
