"""Whether a profile may be trusted with what cannot be taken back.

Each kind of irreversible action declares here the selectors without which it could touch, or take for done, the wrong
thing. A selector that its profile marks as unverified counts only once it was seen to work on the phone.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.screens.selector import fingerprint
from phonefleet.errors import UnverifiedProfile

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


def fingerprints(profile: VersionProfile, names: list[str]) -> dict[str, str]:
    """Return the fingerprints of selectors, by name."""
    return {name: fingerprint(profile.selector(name)) for name in names}


_BEHIND_NAMES: Mapping[str, tuple[str, ...]] = {
    "post_owner": ("post_owner_open", "profile_username"),
    "comment_author": ("profile_username", "profile_name"),
    "thread_title": ("profile_username", "profile_name"),
}
"""The selectors that lead to the handle, where an app shows display names in these places."""


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
        message = f"the profile {profile.name} is unverified, and nobody has said which selectors {kind!r} needs"
        raise UnverifiedProfile(message)
    needed = {name: profile.selector(name) for name in needed_for(profile, kind)}
    open_ = [name for name in needed if name in profile.unverified and seen.get(name) != fingerprint(needed[name])]
    if open_:
        raise UnverifiedProfile(_complaint(profile, kind, serial, open_))


def _complaint(profile: VersionProfile, kind: str, serial: str, names: list[str]) -> str:
    check = f"phonefleet profile check --device {serial} --app {profile.name} --here --record"
    return (
        f"nothing was done: {kind} needs {', '.join(names)} of the profile {profile.name}, which nobody has seen to "
        f"work on {serial} with version {profile.version} of the app; show them on the phone, run `{check}`, then retry"
    )
