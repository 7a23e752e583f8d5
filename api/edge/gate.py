"""Decides whether a request may pass, by its head alone; cheap checks come first.

Size of the head, browser protection (Host and Origin), throttling, the switch of the API, the token, the role: in this
order.
"""

from __future__ import annotations

import math
import re
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Scope

from api.answers.envelope import (
    FORBIDDEN,
    HEADERS_TOO_LARGE,
    ROLE_NEEDED,
    TOO_MANY,
    UNAUTHORIZED,
    UNREACHABLE,
    Problem,
)
from api.answers.page.routes import is_page
from api.edge.caller import Caller, network
from api.edge.own_names import is_own_page, names_this_server
from api.edge.throttle import ThrottleDelay, TokenBuckets
from api.persons import roles
from api.persons.roles import HostRole, Needed
from phonefleet.joined_hosts import Host
from phonefleet.public_url import PublicUrl
from phonefleet.settings import Settings
from phonefleet.words import say

LARGEST_HEAD = 16_384
"""In bytes: address and headers together."""
MOST_HEADERS = 100
FAILURES_AT_ONCE = 10
FAILURES_A_SECOND = 0.1
"""How many wrong tokens an address may try, at once and in the long run (an IPv6 address counts as its /64 network).

One that has tried more must wait, and until then not even the right token is accepted.
"""

HEALTH = ("/healthz", "/readyz")
LOGIN = ("POST", "/session")
"""The call that shows a token in its body: a wrong one counts as a failure, too."""

_OWN_SITE = ("same-origin", "none")
"""Values of Sec-Fetch-Site for requests of this server's own pages, and for typed addresses and bookmarks."""

_READING = ("GET", "HEAD")
_DOCUMENTATION = ("/docs", "/openapi.json")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?", re.IGNORECASE)


class Throttled(Problem):
    """A client calls too often; `wait` is in seconds, `first` tells its first refusal since it was last served."""

    def __init__(self, delay: ThrottleDelay) -> None:
        self.wait = math.ceil(delay.wait)
        self.first = delay.first
        told = {"retry_after": self.wait}
        super().__init__(
            TOO_MANY,
            say("edge.too_many_requests_wait_s", "Too many requests: wait {wait} s", wait=self.wait),
            told,
            {"Retry-After": str(self.wait)},
        )


class Gate:
    """Checks requests, and raises `Problem` for one that must not pass."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._public = None if settings.public_url is None else PublicUrl.parse(settings.public_url)
        self._calls = TokenBuckets(settings.rate_limit, settings.rate_burst)
        self._failures = TokenBuckets(FAILURES_A_SECOND, FAILURES_AT_ONCE)

    def check(self, scope: Scope, headers: Headers, caller: Caller) -> None:
        """Let a request pass.

        Raises:
            Problem: its head is too large, it comes from another site's page, the API is off, its token is wrong, or
                its role may not do this.
            Throttled: its caller has called, or tried tokens, too often.

        """
        path = str(scope["path"]).removeprefix("/api/v1")
        _check_size(scope)
        self._check_browser(scope, headers)
        if path in HEALTH:
            return
        if delay := self._calls.take(caller.key):
            raise Throttled(delay)
        if not self._settings.api_enabled:
            raise Problem(
                FORBIDDEN,
                say("edge.api_switched_off_phonefleet_api", "The API is switched off by PHONEFLEET_API_ENABLED"),
                _switched_off(path),
            )
        if path not in _DOCUMENTATION and not path.startswith("/docs/") and not is_page(scope["path"]):
            self._check_token(headers, caller, is_login=is_login(scope))
            _check_role(caller, roles.needed(str(scope.get("method", "WEBSOCKET")), path))

    def login_ended(self, caller: Caller, *, failed: bool) -> None:
        """Forget that a login might have been a guess, once it was right or no login at all."""
        if not failed:
            self._failures.give_back(network(caller.address))

    def _check_browser(self, scope: Scope, headers: Headers) -> None:
        """Refuse requests of other sites' pages: by Origin and Sec-Fetch-Site, and by Host against DNS rebinding."""
        host = ",".join(headers.getlist("host"))  # several would name none
        named = _HOST.fullmatch(host)
        if named is None or not names_this_server(named[1], self._settings.host, self._public):
            raise Problem(
                FORBIDDEN,
                say(
                    "edge.host_header_must_name_machine",
                    "The Host header must name this machine, as in http://localhost",
                ),
            )
        origin = headers.get("origin")
        if (origin is not None and not is_own_page(origin, named, self._public)) or _comes_from_elsewhere(
            scope, headers
        ):
            raise Problem(
                FORBIDDEN, say("edge.pages_other_sites_may_not", "Pages of other sites may not call this API")
            )

    def _check_token(self, headers: Headers, caller: Caller, *, is_login: bool) -> None:
        """Count wrong tokens. A login counts as wrong until its answer shows that it was not: many come at once."""
        shown = "authorization" in headers
        wrong = shown and not caller.identity.known
        if not (is_login or shown or self._settings.needs_tokens):
            return
        address = network(caller.address)
        if delay := self._failures.check(address):
            raise Throttled(delay)
        if wrong and not caller.reached:
            raise Problem(
                UNREACHABLE,
                say(
                    "edge.database_cannot_reached_alone_knows",
                    "The database cannot be reached, which alone knows whose token this is",
                ),
            )
        if wrong or is_login:
            self._failures.take(address)
        if wrong and caller.identity.refusal is not None:
            raise Problem(UNAUTHORIZED, caller.identity.refusal)
        if wrong:
            raise _login_needed(through_proxy=caller.through_proxy)


def _comes_from_elsewhere(scope: Scope, headers: Headers) -> bool:
    """Tell whether a browser says that a page of another site asks; following a link from there is no such thing.

    Programs and old browsers do not say it: https://www.w3.org/TR/fetch-metadata/.
    """
    if headers.get("sec-fetch-site", "none") in _OWN_SITE:
        return False
    page = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return not (page and scope.get("method") in _READING)


def is_login(scope: Scope) -> bool:
    """Tell whether a request shows a token in its body."""
    return (scope.get("method"), str(scope["path"]).removeprefix("/api/v1")) == LOGIN


def _check_role(caller: Caller, needed: Needed) -> None:
    """Refuse a caller that must log in first, or whose role may not do this."""
    role = caller.identity.role
    if caller.identity.host is not None:
        _check_host(caller.identity.host, needed)
        return
    if needed is None:
        return
    if role is None:
        if not caller.reached:
            raise Problem(
                UNREACHABLE,
                say(
                    "edge.database_cannot_reached_alone_knows_2",
                    "The database cannot be reached, which alone knows whose session this is",
                ),
            )
        raise _login_needed(through_proxy=caller.through_proxy)
    if isinstance(needed, HostRole):
        message = say(
            "hosts.for_workers_alone",
            "Only the worker of a joined host calls this, with the token that `phonefleet host add NAME` prints",
        )
        raise Problem(ROLE_NEEDED, message, {"role": role.value, "needed": needed.value})
    if not role.allows(needed):
        message = say(
            "edge.needs_role_role",
            "This needs the role {needed}, and {person} has the role {role}",
            needed=needed,
            person=caller.identity.person,
            role=role,
        )
        raise Problem(ROLE_NEEDED, message, {"role": role.value, "needed": needed.value})


def _check_host(host: Host, needed: Needed) -> None:
    """Refuse the worker of a joined host what is none of its calls."""
    if not isinstance(needed, HostRole):
        message = say(
            "hosts.token_is_for_worker_alone",
            "This is the token of the host {name}, with which its worker alone calls what is made for it",
            name=host.name,
        )
        raise Problem(
            ROLE_NEEDED, message, {"role": HostRole.HOST.value, "needed": None if needed is None else needed.value}
        )


def _login_needed(*, through_proxy: bool) -> Problem:
    message = say(
        "edge.send_header_authorization_bearer_token",
        "Send the header Authorization: Bearer with the token of this server, or one of your own",
    )
    if through_proxy:
        message = say(
            "edge.came_through_proxy_so_needs",
            "This came through a proxy, so it needs a token. {message}; see PHONEFLEET_API_TOKEN",
            message=message,
        )
    return Problem(UNAUTHORIZED, message, headers={"WWW-Authenticate": "Bearer"})


def _check_size(scope: Scope) -> None:
    headers = scope["headers"]
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    if len(headers) > MOST_HEADERS or size + sum(len(name) + len(value) for name, value in headers) > LARGEST_HEAD:
        raise Problem(
            HEADERS_TOO_LARGE,
            say(
                "edge.address_headers_may_most_bytes",
                "Address and headers may have at most {largest_head} bytes",
                largest_head=LARGEST_HEAD,
            ),
        )


def _switched_off(path: str) -> dict[str, Any] | None:
    return {"plan_name": "Self-hosted", "api_enabled": False} if path == "/license/check" else None
