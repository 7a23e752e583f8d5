"""Whether a profile may be trusted with what cannot be taken back.

Each kind of irreversible action declares here the selectors without which it could touch, or take for done, the wrong
thing. A selector that its profile marks as unverified counts only once it was seen to work on the phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.screens.selector import fingerprint
from phonefleet.errors import UnverifiedProfile
from phonefleet.words import say

NEEDS: Mapping[str, tuple[str, ...]] = {
    "follow": ("profile_username", "follow_button", "following_button"),
    "message": (
        "profile_username",
        "message_button",
        "thread_title",
        "thread_list",
        "thread_mine",
        "thread_entry",
        "thread_send",
    ),
    "profile": ("profile_tab", "profile_username", "edit_button", "editor_save", "editor_error"),
    "unfollow": ("profile_username", "follow_button", "following_button", "unfollow_confirm"),
    "like": ("post_owner", "like_button", "liked_button"),
    "favorite": ("post_owner", "favorite_button", "favorited_button"),
    "repost": ("post_owner", "repost_button", "reposted_button"),
    "share": ("post_owner", "share_button", "shared_button", "share_link"),
    "comment": ("post_owner", "comment_button", "comment_entry", "comment_send", "comment_author", "comment_text"),
    "post": ("profile_username", "post_cell", "post_owner", "post_caption", "composer_caption", "composer_post"),
}
"""The selectors that each kind of irreversible action needs."""

_BEHIND_NAMES: Mapping[str, tuple[str, ...]] = {
    "post_owner": ("post_owner_open", "profile_username"),
    "comment_author": ("profile_username", "profile_name"),
    "thread_title": ("profile_username", "profile_name"),
}
"""The selectors that lead to the handle, where an app shows display names in these places."""

NEEDED = frozenset(name for names in (*NEEDS.values(), *_BEHIND_NAMES.values()) for name in names)
"""Those that any action needs."""

MANY = frozenset({"thread_mine", "comment_author", "comment_text", "post_cell"})
"""Those that are meant to find many: what they find is read, and chosen from by what it says."""

ONE = NEEDED - MANY
"""Those that act or identify: more than one such element on a screen, and nobody knows which is meant."""

OPPOSITES: Sequence[frozenset[str]] = (
    frozenset({"follow_button", "following_button", "requested_button", "edit_button"}),
    frozenset({"like_button", "liked_button"}),
    frozenset({"favorite_button", "favorited_button"}),
    frozenset({"repost_button", "reposted_button"}),
    frozenset({"share_button", "shared_button"}),
    frozenset({"composer_ai_off", "composer_ai_on"}),
    frozenset({"composer_product_off", "composer_product_on"}),
)
"""Selectors of which a screen shows one at most, if it is understood: somebody is followed, or is not."""


ACTING = frozenset(name for group in OPPOSITES for name in group) | {
    "unfollow_confirm", "message_button", "thread_send", "editor_save", "share_link", "comment_send", "composer_post",
    "post_owner_open",
}  # fmt: skip
"""Those that are touched for what cannot be taken back, or say that it was done: words alone do not identify them."""


def acts_or_identifies(name: str) -> bool:
    """Tell whether a selector must find one element or none."""
    return name in ONE or name in ACTING


def opposites_of(name: str) -> frozenset[str]:
    """Return the selectors that must not find anything where this one does."""
    return frozenset(other for group in OPPOSITES if name in group for other in group if other != name)


def fingerprints(profile: VersionProfile, names: list[str]) -> dict[str, str]:
    """Return the fingerprints of selectors, by name."""
    return {name: fingerprint(profile.selector(name)) for name in names}


def needed_for(profile: VersionProfile, kind: str) -> tuple[str, ...]:
    """Return the selectors that a kind of action needs in this app: more of them where it shows display names."""
    needs = NEEDS.get(kind, ())
    more = (_BEHIND_NAMES.get(name, ()) for name in needs if profile.holds(name) != "handle")
    return tuple(dict.fromkeys((*needs, *chain.from_iterable(more))))


def require_verified(profile: VersionProfile, kind: str, serial: str, seen: Mapping[str, str]) -> None:
    """See that a kind of action may be done by a profile; `seen` are the fingerprints of what worked on the phone.

    Raises:
        UnsupportedApp: the profile does not know a selector that the action needs.
        UnverifiedProfile: one is unverified and was not seen to work on this phone with this version of the app.

    """
    if kind not in NEEDS and profile.unverified:
        message = say(
            "apps.profile_unverified_nobody_said_selectors",
            "the profile {profile} is unverified, and nobody has said which selectors {kind!r} needs",
            profile=profile.name,
            kind=kind,
        )
        raise UnverifiedProfile(message)
    needed = {name: profile.selector(name) for name in needed_for(profile, kind)}
    open_ = [name for name in needed if name in profile.unverified and seen.get(name) != fingerprint(needed[name])]
    if open_:
        raise UnverifiedProfile(_complaint(profile, kind, serial, open_))


def _complaint(profile: VersionProfile, kind: str, serial: str, names: list[str]) -> str:
    check = f"phonefleet profile check --device {serial} --app {profile.name} --here --record"
    return say(
        "apps.nothing_done_needs_profile_nobody",
        "nothing was done: {kind} needs {names} of the profile {profile}, which nobody has seen "
        "to work on {serial} with version {version} of the app; show them on the phone, run "
        "`{check}`, then retry",
        kind=kind,
        names=", ".join(names),
        profile=profile.name,
        serial=serial,
        version=profile.version,
        check=check,
    )
