"""What a task does that counts in the budget of its account, told from its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phonefleet.limits import Kind

Deeds = tuple[tuple[Kind, int], ...]
"""Kinds of actions, each with how many of it."""

UNFORESEEN = ("super_marketing", "account_warmup")
"""The scripts of which nobody knows before how much they do."""

_LIKES: dict[str, Kind] = {
    "enable_like": "like",
    "enable_favorite": "favorite",
    "enable_repost": "repost",
    "enable_share": "share",
    "enable_follow": "follow",
}


def deeds_of(script: str, config: Mapping[str, Any]) -> Deeds:
    """Return what a task does; nothing where it only reads or where that shows only as it runs."""
    users, posts = len(config.get("target_users") or ()), len(config.get("target_post_urls") or ())
    match script:
        case "follow" | "unfollow":
            return ((script, users),)
        case "comment":
            return (("comment", posts),)
        case "message":
            return (("message", users * (2 if config.get("send_profile_card") else 1)),)
        case "post" | "profile":
            return ((script, 1),)
        case "like":
            number = posts + users * int(config.get("max_posts_count", 1))
            return tuple((kind, number) for wish, kind in _LIKES.items() if config.get(wish))
        case _:
            return ()
