"""Fetches the authority of a server that nobody here knows yet, and takes it only if it has the wanted fingerprint."""

from __future__ import annotations

import ssl
from contextlib import closing
from datetime import timedelta
from typing import Final

from phonefleet.client.transport import Transport, Unreachable
from phonefleet.tls.trust import NotTrusted, authority_with, checked_fingerprint
from phonefleet.words import say

PATH: Final = "/api/v1/host/authority"
_PATIENCE: Final = timedelta(seconds=15)


def fetched_authority(url: str, fingerprint: str) -> str:
    """Return the certificate of the authority with this fingerprint, as PEM, from the API at `url`.

    The connection itself is not verified: nothing is sent over it but this question, and the fingerprint judges the
    answer, whoever has given it.

    Raises:
        NotTrusted: what answers has another authority, or does not tell.

    """
    wanted = checked_fingerprint(fingerprint)
    unverified = ssl.create_default_context()
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    try:
        with closing(Transport(url.rstrip("/"), {}, _PATIENCE, unverified)) as http:
            answer = http.request("GET", PATH)
        pem = str(answer.json()["data"]["pem"])
    except Unreachable as error:
        message = say("tls.authority_away", "Nothing answers at {url} ({why})", url=url, why=error)
        raise NotTrusted(message) from error
    except (ValueError, LookupError, TypeError) as error:
        message = say("tls.authority_untold", "What answers at {url} does not tell its authority", url=url)
        raise NotTrusted(message) from error
    return authority_with(wanted, pem)
