"""The address at which others reach this installation when a reverse proxy stands in front of it.

It knows nothing of HTTP servers: the API and Prefect's guard ask it which host and which origin are their own.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, Self

from pydantic import ValidationError
from pydantic_core import Url

from phonefleet.words import say

_BEGINNING: Final = re.compile(r"https?://[^\s\\/?#@]+(?P<path>[^\s\\]*)", re.IGNORECASE)
_HOST: Final = re.compile(r"\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_PATH: Final = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")
"""Parts of plain characters: the path of the Prefect UI is written into its scripts."""
_TAKEN: Final = frozenset({"api", "docs"})
"""What both servers have at their roots, so that a path that begins with it would be ambiguous."""
_USUAL_PORTS: Final = {"http": 80, "https": 443}

_FORM: Final = say(
    "public_url.must_address_others_open_such",
    "must be the address that others open, such as https://phones.example.org or https://example.org/fleet",
)


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """A public address: `scheme` is http or https, `path` is empty or begins with a slash and does not end with one.

        str(PublicUrl.parse("https://Example.org:443/fleet/"))  # https://example.org/fleet

    `host` is in lower case and as browsers send it: names of other scripts in Punycode (RFC 3492), IPv6 in brackets.
    """

    scheme: str
    host: str
    port: int
    path: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address.

        Raises:
            ValueError: it is none that others can open; the message says what it must be.

        """
        written = _BEGINNING.fullmatch(text.strip())
        try:
            url = Url(text.strip()) if written else None
        except ValidationError:
            url = None
        if written is None or url is None or not _is_reachable(url):
            raise ValueError(_FORM)
        path = _checked_path(written["path"])
        return cls(url.scheme, (url.host or "").lower(), url.port or _USUAL_PORTS[url.scheme], path)

    @property
    def origin(self) -> str:
        """What browsers send as the origin of its pages (RFC 6454)."""
        usual = self.port == _USUAL_PORTS[self.scheme]
        return f"{self.scheme}://{self.host}" + ("" if usual else f":{self.port}")

    def __str__(self) -> str:
        """Return the whole address, without a slash at its end."""
        return self.origin + self.path

    def below(self, path: str) -> Self:
        """Return the address of a path below this one, such as "/prefect"."""
        return type(self)(self.scheme, self.host, self.port, self.path + path)

    def without_path(self, path: str) -> str:
        """Return a request's path without this address's own: a proxy may have left it there, or taken it away."""
        return path.removeprefix(self.path) if self.path and path.startswith(f"{self.path}/") else path


def _is_reachable(url: Url) -> bool:
    host = (url.host or "").lower()
    return _HOST.fullmatch(host) is not None and url.port != 0 and not _is_unspecified(host.strip("[]"))


def _is_unspecified(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _checked_path(path: str) -> str:
    if _PATH.fullmatch(path) is None:
        message = say(
            "public_url.without_user_query_fragment_path",
            "{form}: without a user, a query or a fragment, its path of letters, digits, dots and dashes",
            form=_FORM,
        )
        raise ValueError(message)
    first = path.strip("/").partition("/")[0]
    if first in _TAKEN:
        message = say(
            "public_url.must_not_path_begins_leave",
            "must not have a path that begins with /{first}: leave it out, or choose another",
            first=first,
        )
        raise ValueError(message)
    return path.rstrip("/")
