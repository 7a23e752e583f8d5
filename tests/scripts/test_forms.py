"""The forms in which clients send values: what they left empty, numbers and booleans as strings, two names at once."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from phonefleet.scripts import SCRIPTS
from phonefleet.scripts.forms import nearest_name, unknown_fields, without

LIKE = {"target_users": "anna"}
WARM_UP: dict[str, Any] = {}


@pytest.mark.parametrize("empty", ["", "  ", [], None])
@pytest.mark.parametrize("name", SCRIPTS)
def test_an_empty_value_means_that_a_field_was_not_given(name: str, empty: object) -> None:
    least: dict[str, Any] = {
        "comment": {"target_post_urls": "sample://post/1", "comment_content": "Hi"},
        "message": {"target_users": "a", "message_contents": "Hi"},
        "super_marketing": {"targets": "a", "features": {"followUsers": True}},
        "profile": {"nicknames": "Anna"},
        "post": {},
        "account_warmup": {},
        "scrape_user": {"target_username": "a"},
    }.get(name, {"target_users": "a"})
    script = SCRIPTS[name]
    spelled_out = dict.fromkeys(script.config.model_fields, empty) | least
    assert script.parse(spelled_out) == script.parse(least)


@pytest.mark.parametrize(
    ("script", "given", "field", "value"),
    [
        ("like", {"max_posts_count": "3"}, "max_posts_count", 3),
        ("like", {"max_posts_count": 3.0}, "max_posts_count", 3),
        ("like", {"enable_follow": "true"}, "enable_follow", True),
        ("like", {"enable_follow": "False"}, "enable_follow", False),
        ("like", {"view_duration": ["5", "7.5"]}, "view_duration", (5, 7.5)),
        ("account_warmup", {"like_probable": 7.5}, "like_probable", 7.5),
        ("account_warmup", {"like_probable": "7.5"}, "like_probable", 7.5),
        ("account_warmup", {"task_duration": "600"}, "task_duration", 600),
        ("account_warmup", {"follow_probable": 9, "floow_probable": ""}, "floow_probable", 9),
        ("post", {"content_type": "1"}, "content_type", 1),
        ("post", {"content_type": 1.0}, "content_type", 1),
        ("post", {"add_sound": 1}, "add_sound", "1"),
        ("post", {"upload_wait_time": "30"}, "upload_wait_time", 30),
    ],
)
def test_a_value_may_come_in_another_type_that_says_the_same(
    script: str, given: dict[str, Any], field: str, value: object
) -> None:
    base = LIKE if script == "like" else WARM_UP
    assert getattr(SCRIPTS[script].parse(base | given), field) == value


@pytest.mark.parametrize(
    ("script", "given"),
    [
        ("like", {"max_posts_count": "3.5"}),
        ("like", {"max_posts_count": "three"}),
        ("like", {"max_posts_count": True}),
        ("like", {"max_posts_count": "nan"}),
        ("like", {"max_posts_count": "1" * 500}),
        ("like", {"enable_follow": "yes"}),
        ("like", {"enable_follow": 1}),
        ("account_warmup", {"like_probable": "101"}),
        ("account_warmup", {"like_probable": "inf"}),
    ],
)
def test_what_says_something_else_is_refused(script: str, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SCRIPTS[script].parse((LIKE if script == "like" else WARM_UP) | given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"target_users": "a", "target_user": "b"}, ("a",)),
        ({"target_user": "b", "target_username": "c"}, ("b",)),
        ({"target_users": "", "target_user": [], "target_username": "c"}, ("c",)),
        ({"target_users": None, "target_user": "b"}, ("b",)),
    ],
)
def test_of_two_names_the_first_one_counts_that_was_given(given: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert SCRIPTS["follow"].parse(given).all_targets == expected


def test_settings_inside_may_be_named_in_both_ways_too() -> None:
    settings = {"message_content": "Hi", "message_contents": ""}
    config = {"targets": "a", "features": {"send_dm": "true"}, "dm_settings": settings, "dmSettings": None}
    assert SCRIPTS["super_marketing"].parse(config).model_dump()["dmSettings"]["message_contents"] == ("Hi",)


def test_generated_comments_need_no_texts_of_ones_own() -> None:
    generated = {"comment_probable": 50, "generate_by_chatgpt": True, "chatgpt_settings": {"model": ""}}
    assert SCRIPTS["account_warmup"].parse(generated).model_dump()["chatgpt_settings"]["model"]
    with pytest.raises(ValidationError, match="comment_probable needs comment"):
        SCRIPTS["account_warmup"].parse({"comment_probable": 50})


def test_unknown_fields_are_found_at_any_depth_and_can_be_left_out() -> None:
    config = {"targets": "a", "speed": 1, "features": {"followUsers": True, "fly": 2}, "postSettings": {"skip": 3}}
    model = SCRIPTS["super_marketing"].config
    places = list(unknown_fields(model, config))
    assert places == [("speed",), ("features", "fly"), ("postSettings", "skip")]
    assert without(config, places) == {"targets": "a", "features": {"followUsers": True}, "postSettings": {}}


@pytest.mark.parametrize(
    ("script", "place", "nearest"),
    [
        ("follow", ("target_user_s",), "target_users"),
        ("follow", ("accessMethod",), "access_method"),
        ("super_marketing", ("features", "follow_user"), "followUsers"),
        ("follow", ("zzz",), None),
    ],
)
def test_the_name_that_is_most_like_an_unknown_one_is_known(
    script: str, place: tuple[str, ...], nearest: str | None
) -> None:
    assert nearest_name(SCRIPTS[script].config, place) == nearest
