"""The check of `phonefleet doctor` whether the reverse proxy leads to the API."""

from __future__ import annotations

from deployments.cli.doctor.finding import Finding
from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.words import mark, tr

_WHAT = mark("proxy")
_PAGE = "docs/guide/reverse-proxy.md"


def public_address(url: str) -> Finding:
    """Call the health check at the public address, as somebody elsewhere would. It needs no token."""
    with Client(url) as client:
        try:
            client.is_alive()
        except ApiUnreachable as error:
            why = tr(
                "{url} does not answer from here ({cause__}): does the proxy run, and is its name known?",
                url=url,
                cause__=error.__cause__,
            )
            return Finding(_WHAT, good=None, text=why)
        except ApiError as error:
            return Finding(_WHAT, good=False, text=tr("{error}: see {page}", error=error, page=_PAGE))
    return Finding(_WHAT, good=True, text=tr("others reach the API at {url}", url=url))
