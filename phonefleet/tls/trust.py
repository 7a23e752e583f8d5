"""The client's side of TLS: whom to trust besides the authorities of this computer, always verified.

It imports nothing slow: each call of the command line passes through it.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from pathlib import Path
from typing import Final

from phonefleet.errors import Permanent
from phonefleet.words import say

_FINGERPRINT: Final = re.compile(r"sha256:[0-9a-f]{64}")


class NotTrusted(Permanent):
    """A server is not the one that was meant."""


def client_context(authority: Path | None = None) -> ssl.SSLContext:
    """Return the context of a client, which trusts this computer's authorities, or the ones in a PEM file alone.

    Raises:
        NotTrusted: the file cannot be read or holds no certificate.

    """
    try:
        return ssl.create_default_context(cafile=None if authority is None else str(authority))
    except OSError as error:  # ssl.SSLError is one
        why = error.strerror or str(error)
        message = say("tls.no_authority", "{file} holds no certificates to trust: {why}.", file=authority, why=why)
        raise NotTrusted(message) from error


def checked_fingerprint(text: str) -> str:
    """Return a fingerprint as `sha256:` and 64 hexadecimal digits in lower case; colons between digits may be left in.

    Raises:
        NotTrusted: it is none.

    """
    kind, _, digits = text.strip().lower().partition(":")
    found = f"{kind}:{digits.replace(':', '')}"
    if _FINGERPRINT.fullmatch(found) is None:
        message = say("tls.no_fingerprint", "{text!r} is no fingerprint: sha256: and 64 digits.", text=text[:80])
        raise NotTrusted(message)
    return found


def authority_with(fingerprint: str, pem: str) -> str:
    """Return the certificate of a PEM text that has this fingerprint, whoever has sent the text.

    Raises:
        NotTrusted: none of them has it.

    """
    wanted = checked_fingerprint(fingerprint)
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    for part in pem.split(begin)[1:]:
        one = f"{begin}{part.partition(end)[0]}{end}\n"
        try:
            if f"sha256:{hashlib.sha256(ssl.PEM_cert_to_DER_cert(one)).hexdigest()}" == wanted:
                return one
        except ValueError:
            continue
    message = say(
        "tls.another_authority",
        "The server's authority is not the one with the fingerprint {wanted}: is this its address, and is the "
        "command one of its own?",
        wanted=wanted,
    )
    raise NotTrusted(message)
