"""Refuses irreversible actions until the app profile's selectors for them were verified on this phone."""

from __future__ import annotations

from phonefleet.apps.verification import require_verified as require_seen
from tasks.context import current


def require_verified(*kinds: str) -> None:
    """Check that the profile's selectors for these kinds of action are verified on this phone.

    Raises:
        UnsupportedApp: the profile has no selector that one of the kinds needs.
        UnverifiedProfile: a needed selector is unverified on this phone with this version of the app.

    """
    context = current()
    if context.driver is None:  # then no app was opened, so nothing can be touched
        return
    profile = context.driver.profile
    seen = (
        context.ledger.verifications.fingerprints(context.serial, profile.name, profile.version)
        if profile.unverified
        else {}
    )
    for kind in kinds:
        require_seen(profile, kind, context.serial, seen)
