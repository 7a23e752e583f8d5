"""Who calls: finds the person behind a token or a session, without asking the database at each request.

Whoever is known is remembered for a few seconds, and read anew at once when this process has changed somebody.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, cast

from fastapi import Depends, Request

from api.loops.threads import in_thread
from api.persons.known_hosts import KnownHosts
from phonefleet.clock import Clock
from phonefleet.joined_hosts import Host, is_host_token
from phonefleet.ledger import Ledger
from phonefleet.ledger.persons import Known
from phonefleet.persons import Role, digest_of
from phonefleet.settings import Settings
from phonefleet.words import say

_FRESH = timedelta(seconds=5)
"""How long another process's change of a person may go unnoticed."""
_ANONYMOUS = "anonymous"
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls and what for: `role` is None for somebody who must log in first, `person` for who has no name here.

    `actor` is "anonymous", or "token:" and the first digits of the token's digest. `token_digest` is the token's, also
    where a session stands for it; `session` is the digest of the session's secret. `host` is the joined host whose
    worker calls, `refusal` why a token counts no more.
    """

    actor: str = _ANONYMOUS
    role: Role | None = None
    person: str | None = None
    token_digest: str | None = None
    session: str | None = None
    host: Host | None = None
    refusal: str | None = None

    @property
    def has_token(self) -> bool:
        """Whether the caller has shown a right token, or a session that stands for one."""
        return self.token_digest is not None or self.host is not None

    @property
    def known(self) -> bool:
        """Whether the server knows who calls: a person, the worker of a host, or anybody where nobody needs a token."""
        return self.role is not None or self.host is not None


class Identities:
    """Finds out who calls, by the configured token, the tokens of persons, and sessions.

    identity = await identities.of_token("pf_…")
    """

    def __init__(self, settings: Settings, ledger: Ledger, clock: Clock) -> None:
        self.hosts = KnownHosts(ledger, clock)
        self._ledger = ledger
        self._clock = clock
        self._needs_tokens = settings.needs_tokens
        token = settings.api_token.get_secret_value() if settings.api_token else None
        self._configured = None if token is None else digest_of(token)
        self._known: Known | None = None
        self._read_at = 0.0
        self._generation = 0
        self._reading = asyncio.Lock()

    @property
    def nobody(self) -> Identity:
        """The identity of who shows nothing: where no token is needed, everybody who reaches the API administers it."""
        return Identity(role=None if self._needs_tokens else Role.ADMINISTER)

    @property
    def others_administer(self) -> bool:
        """Whether somebody can administer who is no person of the ledger."""
        return self._configured is not None or not self._needs_tokens

    async def of_token(self, token: str) -> Identity:
        """Return whose token this is; the role of a wrong one is None.

        Where no token is needed and nobody has one, it is ignored, for clients that always send some.

        Raises:
            LedgerUnreachable: only the database could tell.

        """
        digest = digest_of(token)
        if self._is_configured(digest):
            return self._of_digest(digest, None)
        if is_host_token(token):
            return _of_host(await self.hosts.of_digest(digest))
        known = await self._current()
        found = self._of_digest(digest, known)
        return found if found.has_token or known.persons else self.nobody

    async def of_session(self, secret: str) -> Identity:
        """Return whose session this is; one that has ended is nobody's. Raises as `of_token` does."""
        digest = digest_of(secret)
        known = await self._current()
        token = known.sessions.get(digest)
        found = Identity() if token is None else self._of_digest(token, known)
        return replace(found, session=digest) if found.has_token else self.nobody

    async def still_holds(self, identity: Identity) -> bool:
        """Tell whether somebody may go on with what was begun: neither token, nor session, nor role was taken away."""
        if identity.host is not None:
            found = await self.hosts.of_digest(identity.host.token_digest)
            return found is not None and found.removed_at is None
        if identity.token_digest is None:
            return True
        if identity.session is None and self._is_configured(identity.token_digest):
            return True
        known = await self._current()
        if identity.session is not None and identity.session not in known.sessions:
            return False
        found = self._of_digest(identity.token_digest, known).role
        return found is not None and identity.role is not None and found.allows(identity.role)

    def forget(self) -> None:
        """Read anew who is known when somebody calls next; to be called in the event loop after each change."""
        self._known = None
        self._generation += 1

    def _is_configured(self, digest: str) -> bool:
        return self._configured is not None and hmac.compare_digest(digest, self._configured)

    def _of_digest(self, digest: str, known: Known | None) -> Identity:
        actor = f"token:{digest[:_DIGITS]}"
        if self._is_configured(digest):
            return Identity(actor, Role.ADMINISTER, token_digest=digest)
        person = known.persons.get(digest) if known else None
        return Identity() if person is None else Identity(actor, person.role, person.name, digest)

    async def _current(self) -> Known:
        """Return who is known, read at most `_FRESH` ago and after the last change of this process."""
        async with self._reading:
            while self._known is None or self._clock.monotonic() - self._read_at > _FRESH.total_seconds():
                generation, begun = self._generation, self._clock.monotonic()
                known = await in_thread(self._ledger.persons.known, self._clock.now())
                if generation == self._generation:
                    self._known, self._read_at = known, begun
            return self._known


def _of_host(host: Host | None) -> Identity:
    if host is None:
        return Identity(refusal=say("hosts.token_unknown", "This is no token of a host: {how}", how=_HOW))
    if host.removed_at is not None:
        why = say(
            "hosts.token_revoked", "The host {name} was removed from the fleet, and its token with it: {how}",
            name=host.name, how=_HOW,
        )  # fmt: skip
        return Identity(refusal=why)
    return Identity(f"host:{host.name}", host=host)


_HOW = say("hosts.make_a_token", "`phonefleet host add NAME` on the main host makes one")


async def _identities(request: Request) -> Identities:
    return cast("Identities", request.app.state.identities)


async def _identity(request: Request) -> Identity:
    return cast("Identity", request.state.identity)


TheIdentities = Annotated[Identities, Depends(_identities)]
TheIdentity = Annotated[Identity, Depends(_identity)]
"""Who calls the route that asks for it."""
