"""The routes by which a browser logs in and out, and by which anybody learns who the server takes him for."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers.envelope import UNAUTHORIZED, Envelope, Problem
from api.loops.threads import in_thread
from api.persons import cookie
from api.persons.identity import Identity, TheIdentities, TheIdentity
from api.persons.schemas import Me, SessionEnded, SessionRequest
from api.resources import TheLedger, TheResources
from phonefleet.persons import digest_of, new_token
from phonefleet.words import say

router = APIRouter(tags=["persons"])


@router.get("/me")
async def tell_who_calls(identity: TheIdentity) -> Envelope[Me]:
    """Tell who the server takes the caller for, and whether a login is needed."""
    return Envelope(data=_told(identity))


@router.post("/session")
async def begin_session(
    wanted: SessionRequest, request: Request, response: Response, resources: TheResources, identities: TheIdentities
) -> Envelope[Me]:
    """Log a browser in with a token: it gets a cookie that lasts as long as PHONEFLEET_SESSION_KEPT says.

    The session counts for the pages of this server only, and ends with the token, or when the person is removed.
    """
    identity = await identities.of_token(wanted.token)
    if identity.token_digest is None:
        raise Problem(
            UNAUTHORIZED,
            say(
                "persons.no_token_server_ask_who",
                "This is no token of this server: ask who administers it for one of your own",
            ),
        )
    secret, lasts = new_token(), resources.settings.session_kept
    expires_at = resources.clock.now() + lasts
    await in_thread(resources.ledger.persons.begin_session, digest_of(secret), identity.token_digest, expires_at)
    identities.forget()
    cookie.set_on(response, secret, lasts, request)
    request.state.logged_in = identity.person
    return Envelope(data=_told(identity))


@router.delete("/session")
async def end_session(
    request: Request, response: Response, ledger: TheLedger, identities: TheIdentities
) -> Envelope[SessionEnded]:
    """Log a browser out."""
    headers = request.headers
    secret = cookie.secret_in(headers) if cookie.counts(request.method, headers) else None
    ended = secret is not None and await in_thread(ledger.persons.end_session, digest_of(secret))
    identities.forget()
    cookie.take_from(response, request)
    return Envelope(data=SessionEnded(ended=ended))


def _told(identity: Identity) -> Me:
    return Me(person=identity.person, role=identity.role, login_needed=identity.role is None)
