"""The names of flow runs, as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from phonefleet.ledger import OutboxRow
from phonefleet.ledger.tasks.run_names import run_name
from phonefleet.scripts import FLOWS

POST = "https://app.example/@anna/video/1234"
TEXT = {"comment_content": ["Nice"]}
DM = {"message_contents": ["Hello"]}
MARKETING = {"targets": ["anna", "bob"], "features": {"followUsers": True, "sendDM": True, "boostPosts": True}}
ON_POSTS = {"targets": [POST], "data_source_type": "post_links", "features": {"massComment": True}}
NAMES: list[tuple[str, dict[str, Any], str]] = [
    ("follow", {"target_users": "@anna"}, "follow @anna"),
    ("follow", {"target_users": "anna, bob, cyd"}, "follow 3 people"),
    ("unfollow", {"target_users": "anna"}, "unfollow @anna"),
    ("unfollow", {"target_users": "a" * 100}, f"unfollow @{'a' * 59}…"),
    ("like", {"target_post_urls": POST}, "like post 1234"),
    ("like", {"target_post_urls": "sample://post/12/"}, "like post 12"),
    ("like", {"target_post_urls": "https://a.example/?v=7"}, "like post https://a.example/?v=7"),
    ("like", {"target_post_urls": [POST, "sample://post/2"]}, "like 2 posts"),
    ("like", {"target_users": ["anna"]}, "like posts of @anna"),
    ("like", {"target_users": ["a", "b"], "enable_like": False, "enable_repost": True}, "repost posts of 2 people"),
    ("comment", TEXT | {"target_post_urls": [POST]}, "comment on post 1234"),
    ("message", DM | {"target_users": ["anna"]}, "write to @anna"),
    ("post", {}, "publish a video"),
    ("post", {"content_type": 1, "placement": "story"}, "publish an image as a story"),
    ("post", {"content_type": 1, "image_count": 3}, "publish 3 images"),
    ("account_warmup", {}, "warm up for 10 min"),
    ("account_warmup", {"task_duration": 45}, "warm up for 45 s"),
    ("account_warmup", {"task_duration": 90 * 60}, "warm up for 90 min"),
    ("account_warmup", {"task_duration": 86_400}, "warm up for 24 h"),
    ("super_marketing", MARKETING | {"dmSettings": DM}, "work through 2 people (follow, message and like)"),
    ("super_marketing", ON_POSTS | {"commentSettings": TEXT}, "work through post 1234 (comment)"),
    ("profile", {"nicknames": ["Anna"], "bios": ["Bread"], "link_url": "https://a.example"},
     "change nickname, bio and link"),
    ("scrape_user", {"target_username": ["anna"]}, "collect followers of @anna"),
    ("scrape_user", {"target_username": ["a", "b"], "scrape_mode": "following"},
     "collect people followed by 2 people"),
    ("scrape_user", {"search_keyword": ["bread", "rye"], "scrape_mode": "keyword"},
     'collect people found by "bread", "rye"'),
    ("match_accounts", {}, "match accounts"),
    ("device_action", {"action": "reboot"}, "restart the phone"),
    ("device_action", {"action": "install", "apk": "0f" * 32, "label": "org.example 1.2 (12)"},
     "install org.example 1.2 (12)"),
    ("device_action", {"action": "language", "language": "de-de", "app_package": "org.example"},
     "set the language of org.example to de-DE"),
    ("read_profile", {}, "read own profile"),
]  # fmt: skip


def _row(script: str, config: dict[str, Any], **changes: Any) -> OutboxRow:
    values: dict[str, Any] = {
        "task_id": 1, "run_key": "task-a-1", "script_name": script, "script_config": config, "serial": "R58M12",
        "username": None, "app": None, "wait_seconds": 0, "scheduled_for": datetime(2026, 3, 1, tzinfo=UTC),
        "source": "api", "campaign_id": None, "attempts": 0, "alias": None,
    }  # fmt: skip
    return OutboxRow(**values | changes)


@pytest.mark.parametrize(("script", "given", "name"), NAMES)
def test_a_run_is_named_after_what_it_does(script: str, given: dict[str, Any], name: str) -> None:
    config = FLOWS[script].parse(given).model_dump(mode="json")
    assert run_name(_row(script, config)) == f"{name} on R58M12"


def test_every_script_is_named_by_what_it_does() -> None:
    assert {script for script, _, _ in NAMES} == FLOWS.keys()


def test_a_run_tells_the_phone_by_its_alias_and_the_account_when_it_is_known() -> None:
    row = _row("follow", {"target_users": ["anna"]}, alias="Pixel-07", username="shop")
    assert run_name(row) == "follow @anna on Pixel-07 as @shop"


def test_a_name_is_one_line_whatever_it_is_made_of() -> None:
    row = _row("follow", {"target_users": ["anna"]}, alias="Pixel\n07")
    assert run_name(row) == "follow @anna on Pixel\\n07"
