"""How a tool reaches the task API: with the token of this process, or with that of whoever calls over HTTP.

It knows the client of the API, and which headers carry a token and a language.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from mcp.server.mcpserver.exceptions import ToolError

from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.words import language_now, language_wanted, said

Headers = Mapping[str, str] | None
"""The headers of an HTTP request; None where there is no request, as over stdio."""
Access = Callable[[Headers], AbstractContextManager[Client]]
"""Opens a client for one call of a tool. Its errors become what the agent reads."""


def with_own_token(url: str, token: str | None, authority: Path | None = None) -> Access:
    """Return access with one token for all calls; `authority` is a PEM file of whom to trust with https."""
    return lambda _: _opened(url, token, authority)


def with_callers_token(url: str, authority: Path | None = None) -> Access:
    """Return access with the token that each request carries, and with none where it carries none."""
    return lambda headers: _opened(url, bearer(headers), authority)


def bearer(headers: Headers) -> str | None:
    """Return the token of the Authorization header, if there is one."""
    scheme, _, token = ((headers or {}).get("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def wanted_language(headers: Headers) -> str | None:
    """Return the language of whoever calls: that of the header Accept-Language, else that of this process."""
    return language_wanted((headers or {}).get("accept-language") or "") or language_now()


@contextmanager
def _opened(url: str, token: str | None, authority: Path | None) -> Generator[Client]:
    """Yield a client of its own: tools run in several threads.

    Raises:
        ToolError: the API refused, does not answer, or a wait was over; in a sentence for whoever reads it.

    """
    try:
        with Client(url, token, language=language_now(), authority=authority) as client:
            yield client
    except (ApiError, ApiUnreachable) as error:
        raise ToolError(said(str(error))) from error
