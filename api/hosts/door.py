"""The short way of a joined host's ledger calls: an ASGI middleware that answers them before all others.

A run makes a few dozen of them, so what each costs counts. They pass neither the request limit nor the audit trail,
which are for people. Whoever shows no token of a host goes on to the guard, like any other request, and is refused.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.hosts.ledger_calls import LedgerCalls, Reply
from api.loops.threads import in_thread
from api.persons.identity import Identities
from api.persons.known_hosts import KnownHosts
from phonefleet.errors import HostRefused, LedgerUnreachable
from phonefleet.hosts import problems
from phonefleet.hosts.connection import BASE_PATH, INSTALLATION
from phonefleet.hosts.remote import LOSSES, NOW
from phonefleet.joined_hosts import TOKEN_PREFIX, Host
from phonefleet.persons import digest_of
from phonefleet.words import say

_PATH: Final = re.compile(re.escape(BASE_PATH) + r"/host/ledger/([a-z_]+)/([a-z_]+)")
_BEARER: Final = f"Bearer {TOKEN_PREFIX}".encode()
_INSTALLATION: Final = INSTALLATION.encode()
_LARGEST: Final = 8_000_000
"""In bytes: the users of one screen list, or of a whole pool, are the most that one call carries."""


class HostDoor:
    """Serves ledger calls of joined hosts, and passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        path = _PATH.fullmatch(scope["path"])
        shown = None if path is None else _header(scope, b"authorization")
        if path is None or shown is None or not shown.startswith(_BEARER):
            await self._app(scope, receive, send)
            return
        await self._serve(scope, receive, send, (path[1], path[2], shown[7:].decode("latin-1")))

    async def _serve(self, scope: Scope, receive: Receive, send: Send, asked: tuple[str, str, str]) -> None:
        part, method, token = asked
        state = scope["app"].state
        known = cast("Identities", state.identities).hosts
        try:
            host = await known.of_digest(digest_of(token.strip()))
            if host is None or host.removed_at is not None:
                await self._app(scope, receive, send)
                return
            why = await _why_refused(known, host, _header(scope, _INSTALLATION))
        except LedgerUnreachable as error:
            await _answer(send, Reply(HTTPStatus.SERVICE_UNAVAILABLE, problems.written(error)))
            return
        if why is not None:
            await _answer(send, Reply(HTTPStatus.CONFLICT, problems.written(HostRefused(why))))
            return
        body = await _body(receive)
        if body is None:
            await _answer(send, Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b""))
            return
        calls = cast("LedgerCalls", state.host_calls)
        await _answer(send, await in_thread(calls.make, host.name, part, method, body))


async def _why_refused(known: KnownHosts, host: Host, installation: bytes | None) -> str | None:
    """Return why a call with a host's token is refused: it comes from a worker that has not joined, or no longer."""
    shown = (installation or b"").decode("latin-1")
    if host.installation == shown:
        return None
    known.forget()  # another process of the API may have let it join just now
    now = await known.of_digest(host.token_digest)
    if now is not None and now.installation == shown:
        return None
    return say(
        "hosts.taken_by_another",
        "Another worker has joined with the token of the host {name} meanwhile: each host needs a token of its own",
        name=host.name,
    )


def _header(scope: Scope, name: bytes) -> bytes | None:
    return next((value for key, value in scope["headers"] if key == name), None)


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, None when it is too large or the client has gone."""
    pieces: list[bytes] = []
    size, more = 0, True
    while more:
        message: Message = await receive()
        if message["type"] != "http.request":
            return None
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        more = message.get("more_body", False)
        if size > _LARGEST:
            return None
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


async def _answer(send: Send, reply: Reply) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(reply.content)).encode()),
    ]
    if reply.losses is not None:
        headers.append((LOSSES.encode(), str(reply.losses).encode()))
    if reply.now is not None:
        headers.append((NOW.encode(), f"{reply.now.timestamp():.3f}".encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.content})
