"""The cookie of a session: its attributes, and when it counts.

A browser adds cookies to requests that a page of somebody else makes, too. So a session counts only for requests of the
page of this server itself, which `Sec-Fetch-Site` or `Origin` must show; programs send a token instead.
"""

from __future__ import annotations

from datetime import timedelta

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import Response

NAME = "phonefleet_session"
_HARMLESS = ("GET", "HEAD")


def secret_in(headers: Headers) -> str | None:
    """Return the secret of the session in a request's cookies."""
    return cookie_parser("; ".join(headers.getlist("cookie"))).get(NAME) or None


def counts(method: str, headers: Headers) -> bool:
    """Tell whether a session counts for this request; an Origin of another site was refused before.

    Old browsers send no `Sec-Fetch-Site`, and none sends an `Origin` whenever it reads: SameSite=Strict must do there.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin" or (site == "none" and method in _HARMLESS)
    return method in _HARMLESS or "origin" in headers


def set_on(response: Response, secret: str, lasts: timedelta, request: Request) -> None:
    """Let the browser keep a session."""
    seconds = int(lasts.total_seconds())
    response.set_cookie(NAME, secret, max_age=seconds, secure=_encrypted(request), httponly=True, samesite="strict")


def take_from(response: Response, request: Request) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(NAME, secure=_encrypted(request), httponly=True, samesite="strict")


def _encrypted(request: Request) -> bool:
    """Tell whether the browser speaks TLS, perhaps to a proxy before this server; a lie harms only who tells it."""
    headers = request.headers
    told = f"{request.url.scheme}://", headers.get("origin", ""), f"{headers.get('x-forwarded-proto', '')}://"
    return any(text.lower().startswith("https://") for text in told)
