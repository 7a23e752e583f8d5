"""Tells by which names this server goes, and which pages are its own: for the API and for the guard of Prefect.

It knows no tokens, roles or ledger, so that Prefect's server need not load them.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

from phonefleet.public_url import PublicUrl

_KNOWN = 1024


@lru_cache(_KNOWN)
def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is a loopback one, such as localhost or 127.0.0.1."""
    name = host.strip("[]").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def names_this_server(name: str, bound_to: str, public: PublicUrl | None) -> bool:
    """Tell whether a Host header's name, without its port, is one that this server goes by.

    What is bound to loopback goes by loopback's names and by its public address; else any name may lead here.
    """
    return is_loopback(name) or not is_loopback(bound_to) or (public is not None and name.lower() == public.host)


def is_own_page(origin: str, named: re.Match[str], public: PublicUrl | None) -> bool:
    """Tell whether the page that a browser names as the origin of its request is one of this server's own.

    A page of the public address is, whatever Host the proxy sends; its host with another scheme or port is not. `named`
    is the Host header: all of it, and as its first group the name without the port.
    """
    if public is not None and origin.lower() == public.origin:
        return True
    if public is not None and named[1].lower() == public.host and not is_loopback(public.host):
        return False
    return _site(origin) == named[0].lower()


def _site(origin: str) -> str | None:
    """Return host and port of an Origin header; None when it names none, as "null" does."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None
