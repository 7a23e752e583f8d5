"""Refuses what cannot be taken back while nobody has seen the app profile work on this phone."""

from __future__ import annotations

from phonefleet.apps.verification import require_verified as require_seen
from tasks.context import current


def require_verified(*kinds: str) -> None:
    """See that the profile may be trusted with these kinds of action on this phone, before anything is touched.

    Raises:
        UnsupportedApp: the profile does not know a selector that one of them needs.
        UnverifiedProfile: one needs a selector that was not seen to work here, with this version of the app.

    """
    context = current()
    if context.driver is None:  # then no app is open that could be touched
        return
    profile = context.driver.profile
    seen = (
        context.ledger.verifications.fingerprints(context.serial, profile.name, profile.version)
        if profile.unverified
        else {}
    )
    for kind in kinds:
        require_seen(profile, kind, context.serial, seen)
