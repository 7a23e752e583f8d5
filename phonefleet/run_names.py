"""The names that flow runs bear in Prefect: what a person would call the task. Pure; knows no Prefect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from phonefleet.ledger.values import OutboxRow
from phonefleet.text import printable

Config = Mapping[str, Any]

_LONGEST_WORD = 60
"""Characters of one part of a name; whoever wants the whole of it looks at the run's parameters."""

_LIKING = (
    ("enable_like", "like"),
    ("enable_favorite", "favorite"),
    ("enable_repost", "repost"),
    ("enable_share", "share"),
    ("enable_follow", "follow the author of"),
)
_FEATURES = (
    ("followUsers", "follow"),
    ("unfollowUsers", "unfollow"),
    ("sendDM", "message"),
    ("boostPosts", "like"),
    ("massComment", "comment"),
)
_ABOUT = (
    ("nicknames", "nickname"),
    ("usernames", "username"),
    ("bios", "bio"),
    ("link_url", "link"),
    ("avatars_path", "avatar"),
)
_COLLECTED = {"following": "people followed by", "keyword": "people found by"}


def run_name(row: OutboxRow) -> str:
    """Return what people read in the Prefect UI, as in "follow @anna on Pixel-07 as @shop"."""
    account = f" as @{row.username}" if row.username else ""
    return printable(f"{deed(row.script_name, row.script_config)} on {row.alias or row.serial}{account}")


def deed(script_name: str, config: Config) -> str:
    """Return what a task does, without where and as whom: "like post 1234"."""
    named = _DEEDS.get(script_name)
    return named(config) if named else script_name.replace("_", " ")


def _to_people(verb: str) -> Callable[[Config], str]:
    return lambda config: f"{verb} {_people(config.get('target_users', ()))}"


def _like(config: Config) -> str:
    verb = next((word for field, word in _LIKING if config.get(field)), "like")
    if urls := config.get("target_post_urls"):
        return f"{verb} {_posts(urls)}"
    return f"{verb} posts of {_people(config.get('target_users', ()))}"


def _comment(config: Config) -> str:
    return f"comment on {_posts(config.get('target_post_urls', ()))}"


def _publish(config: Config) -> str:
    images = config.get("image_count", 1)
    what = "a video" if not config.get("content_type") else "an image" if images == 1 else f"{images} images"
    return f"publish {what}" + (" as a story" if config.get("placement") == "story" else "")


def _warm_up(config: Config) -> str:
    return f"warm up for {_span(timedelta(seconds=config.get('task_duration', 600)))}"


def _work_through(config: Config) -> str:
    targets = config.get("targets", ())
    whom = _posts(targets) if config.get("data_source_type") == "post_links" else _people(targets)
    return f"work through {whom} ({_listed(config.get('features', {}), _FEATURES)})"


def _change_profile(config: Config) -> str:
    return f"change {_listed(config, _ABOUT)}"


def _collect(config: Config) -> str:
    mode = config.get("scrape_mode", "followers")
    if mode == "keyword":
        sources = ", ".join(f'"{_short(word)}"' for word in config.get("search_keyword", ())[:3])
        return f"collect {_COLLECTED[mode]} {sources}"
    return f"collect {_COLLECTED.get(mode, 'followers of')} {_people(config.get('target_username', ()))}"


def _people(names: Sequence[str]) -> str:
    return f"@{_short(names[0])}" if len(names) == 1 else f"{len(names)} people"


def _posts(urls: Sequence[str]) -> str:
    return f"post {_post_id(urls[0])}" if len(urls) == 1 else f"{len(urls)} posts"


def _post_id(url: str) -> str:
    """Return the end of an address, which in most apps is the post's id; an address with a query stays whole."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return _short(url if parts.query or not last else last)


def _listed(config: Config, words: Sequence[tuple[str, str]]) -> str:
    """Return the words whose fields are given: "nickname, bio and link"."""
    *first, last = [word for field, word in words if config.get(field)] or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last


def _span(duration: timedelta) -> str:
    seconds = duration.total_seconds()
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:g} s"
    return f"{seconds / 60:.3g} min" if seconds < 2 * 60 * 60 else f"{seconds / 3600:.3g} h"


def _short(word: str) -> str:
    return word if len(word) <= _LONGEST_WORD else word[: _LONGEST_WORD - 1] + "…"


_DEEDS: dict[str, Callable[[Config], str]] = {
    "follow": _to_people("follow"),
    "unfollow": _to_people("unfollow"),
    "like": _like,
    "comment": _comment,
    "message": _to_people("write to"),
    "post": _publish,
    "account_warmup": _warm_up,
    "super_marketing": _work_through,
    "profile": _change_profile,
    "scrape_user": _collect,
}
