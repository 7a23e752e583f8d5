"""What the configuration of each script accepts, in the forms that clients send, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from phonefleet.scripts import SCRIPTS
from phonefleet.scripts.like import LikeConfig
from phonefleet.scripts.super_marketing import SuperMarketingConfig

LEAST: dict[str, dict[str, Any]] = {
    "follow": {"target_users": ["anna"]},
    "unfollow": {"target_users": ["anna"]},
    "like": {"target_post_urls": ["https://app.example/p/1"]},
    "comment": {"target_post_urls": ["sample://post/1"], "comment_content": ["Nice"]},
    "message": {"target_users": ["anna"], "message_contents": ["Hello"]},
    "post": {},
    "account_warmup": {},
    "super_marketing": {"targets": ["anna"], "features": {"followUsers": True}},
    "profile": {"nicknames": ["Anna"]},
    "scrape_user": {"target_username": ["anna"]},
}
FULL: dict[str, dict[str, Any]] = {
    **LEAST,
    "account_warmup": {
        "task_duration": 60,
        "topic": "cats, dogs\nbirds",
        "follow_probable": 5,
        "comment_probable": 10,
        "comment": "Nice, really\n{Good|Great} one",
        "generate_by_chatgpt": True,
        "chatgpt_settings": {"api_key": "secret:1", "system_prompt": "Be kind", "url": "http://127.0.0.1:1/v1"},
    },
    "super_marketing": {
        "data_source_type": "post_links",
        "targets": "sample://post/1, sample://post/2",
        "features": {"sendDM": True, "massComment": True},
        "dmSettings": {"message_contents": "Hi, you\nHello", "generate_by_chatgpt": True},
        "commentSettings": {"comment_content": ["Nice"], "insert_emoji": True},
        "postSettings": {"view_durations": [1, 2], "skip_posts_count": 1},
        "chatgpt_settings": {"model": "small"},
        "task_interval": [0, 0.5],
    },
    "post": {"content_type": 1, "image_count": 3.0, "captions": "One\\ntwo\nThree", "add_sound": 0},
    "profile": {"bios": ["One\\ntwo"], "usernames": "@a\nb", "link_url": "https://shop.example"},
}


@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize("examples", [LEAST, FULL], ids=["least", "full"])
def test_what_is_stored_is_accepted_again_and_means_the_same(name: str, examples: dict[str, dict[str, Any]]) -> None:
    script = SCRIPTS[name]
    config = script.parse(examples[name])
    assert script.parse(config.model_dump(mode="json")) == config


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("like", {"target_users": ["a"]}),
        ("like", {"target_users": ["a"], "target_post_urls": ["sample://post/1"]}),
        ("like", {"enable_like": False}),
        ("like", {"view_duration": [30, 5]}),
        ("like", {"view_duration": [0, 301]}),
        ("like", {"view_duration": [1]}),
        ("like", {"max_posts_count": 51}),
        ("like", {"target_post_urls": ["file:///etc/passwd"]}),
        ("like", {"target_post_urls": ["intent://x#Intent;end"]}),
        ("like", {"target_post_urls": ["javascript://x"]}),
        ("like", {"target_post_urls": ["no address"]}),
        ("like", {"target_post_urls": ["https://x/" + "y" * 2000]}),
        ("comment", {"comment_content": "  \n "}),
        ("comment", {"comment_content": ["{a|b"]}),
        ("comment", {"comment_content": ["a}"]}),
        ("comment", {"comment_content": ["{|a}"]}),
        ("comment", {"comment_content": [5]}),
        ("comment", {"comment_content": ["x" * 4001]}),
        ("comment", {"comment_order": "backwards"}),
        ("message", {"message_contents": []}),
        ("message", {"send_profile_card": 1}),
        ("post", {"content_type": 2}),
        ("post", {"add_sound": "2"}),
        ("post", {"add_sound": "custom"}),
        ("post", {"captions": "##"}),
        ("post", {"captions": ["fine", "### ##"]}),
        ("post", {"captions": "a}", "caption_format": "spintax"}),
        ("post", {"caption_format": "markdown"}),
        ("post", {"sound_name": "javascript://x"}),
        ("post", {"sound_name": "x" * 201}),
        ("post", {"sound_name": "https://x/" + "y" * 2000}),
        ("post", {"material_source": "localFolder"}),
        ("post", {"origin_sound_volume": 101}),
        ("account_warmup", {"min_duration": 31}),
        ("account_warmup", {"like_probable": -1}),
        ("account_warmup", {"comment_probable": 1}),
        ("account_warmup", {"generate_by_chatgpt": True}),
        ("account_warmup", {"chatgpt_settings": {"base_url": "ftp://x"}}),
        ("account_warmup", {"chatgpt_settings": {"base_url": "http://user:pw@x/v1"}}),
        ("super_marketing", {"features": {}}),
        ("super_marketing", {"features": {"followUsers": True, "unfollowUsers": True}}),
        ("super_marketing", {"features": {"sendDM": True}}),
        ("super_marketing", {"features": {"massComment": True}}),
        ("super_marketing", {"targets": "sample://post/1"}),
        ("super_marketing", {"data_source_type": "post_links"}),
        ("super_marketing", {"task_interval": [0, 1441]}),
        ("super_marketing", {"dmSettings": {"message_contents": "Hi", "generate_by_chatgpt": True}}),
        ("profile", {"nicknames": []}),
        ("profile", {"link_url": "shop.example"}),
        ("scrape_user", {"scrape_mode": "keyword"}),
        ("scrape_user", {"target_username": [], "search_keyword": ["cats"]}),
        ("scrape_user", {"max_scrape_count": 1001}),
        *((name, {"unknown": 1}) for name in LEAST),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SCRIPTS[name].parse({**LEAST[name], **given})


def test_commas_inside_a_text_belong_to_it() -> None:
    config = SCRIPTS["comment"].parse({**LEAST["comment"], "comment_content": "Nice, really\r\n\n{Good|Bad}, yes "})
    assert config.model_dump()["comment_content"] == ("Nice, really", "{Good|Bad}, yes")


def test_the_place_of_a_wrong_brace_is_told() -> None:
    with pytest.raises(ValidationError, match=r"text 2: the \{ at character 4 is never closed"):
        SCRIPTS["comment"].parse({**LEAST["comment"], "comment_content": ["fine", "no {a|b"]})


def test_addresses_of_posts_come_with_commas_inside_and_between() -> None:
    text = "https://app.example/p/1,2, sample://post/3,https://app.example/p/4\nhttps://app.example/p/1,2"
    config = LikeConfig.model_validate({"target_post_url": text})
    assert config.target_post_urls == ("https://app.example/p/1,2", "sample://post/3", "https://app.example/p/4")


def test_likes_divide_by_whichever_list_is_given() -> None:
    script = SCRIPTS["like"]
    assert len(script.fan_out(script.parse({"target_users": "a,b"}))) == 2
    posts = {"target_post_urls": [f"sample://post/{number}" for number in range(3)]}
    assert len(script.fan_out(script.parse(posts))) == 3


@pytest.mark.parametrize("name", ["post", "account_warmup", "super_marketing", "profile", "scrape_user"])
def test_what_is_shared_or_has_no_targets_is_not_divided(name: str) -> None:
    script = SCRIPTS[name]
    assert len(script.fan_out(script.parse(FULL[name]))) == 1


def test_a_line_break_is_spelled_out_inside_a_line() -> None:
    config = SCRIPTS["profile"].parse({"bios": "One\\ntwo\nThree"}).model_dump()
    assert config["bios"] == ("One\ntwo", "Three")


def test_documented_spellings_are_stored_as_documented() -> None:
    dumped = SCRIPTS["super_marketing"].parse(FULL["super_marketing"]).model_dump(mode="json")
    assert {"dmSettings", "commentSettings", "postSettings"} <= dumped.keys()
    assert dumped["features"]["sendDM"] is True
    assert SCRIPTS["account_warmup"].parse({"follow_probable": 7}).model_dump()["floow_probable"] == 7


def test_targets_are_people_or_posts_as_the_source_says() -> None:
    people = SuperMarketingConfig.model_validate({**LEAST["super_marketing"], "targets": "@anna\nbob,@anna"})
    assert people.targets == ("anna", "bob")


def test_a_key_never_shows_in_what_is_printed() -> None:
    config = SCRIPTS["account_warmup"].parse({"chatgpt_settings": {"api_key": "sk-very-secret"}})
    assert "sk-very-secret" not in repr(config)


@pytest.mark.parametrize(
    ("given", "captions"),
    [
        ({"captions": "One###more\n\n Two "}, ("One###more", "Two")),
        ({"captions": " One\nmore\n\nTwo\n", "caption_format": "spintax"}, ("One\nmore\n\nTwo",)),
        ({"captions": ["One\nmore", "Two"], "caption_format": "spintax"}, ("One\nmore", "Two")),
        ({"captions": "One\\nmore", "caption_format": "spintax"}, ("One\nmore",)),
        ({"captions": " \n ", "caption_format": "spintax"}, ()),
        ({"captions": "One", "caption_format": ""}, ("One",)),
    ],
)
def test_a_string_is_one_caption_or_one_a_line_and_stays_so_when_stored(
    given: dict[str, Any], captions: tuple[str, ...]
) -> None:
    config: Any = SCRIPTS["post"].parse(given)
    assert config.captions == captions
    assert SCRIPTS["post"].parse(config.model_dump(mode="json")) == config


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("never", "never"), ("Always", "always"), (7, 7), (7.0, 7), ("7", 7), ("7d", 7), (" 7 days ", 7), ("1 day", 1),
        ("", None), (None, None),
    ],
    ids=repr,
)  # fmt: skip
def test_days_until_a_file_may_come_again_are_written_as_people_do(given: object, meant: object) -> None:
    config: Any = SCRIPTS["post"].parse({"reuse": given})
    assert config.reuse == meant
    assert SCRIPTS["post"].parse(config.model_dump(mode="json")) == config


@pytest.mark.parametrize("given", [0, -1, "0d", "soon", "7w", 3651, True, 1.5, [7]], ids=repr)
def test_other_words_for_when_a_file_may_come_again_are_refused(given: object) -> None:
    with pytest.raises(ValidationError, match="neither never nor always nor a number of days from 1 to 3650"):
        SCRIPTS["post"].parse({"reuse": given})


@pytest.mark.parametrize("given", [["Ann", "ann", "@ANN"], "Ann\n@ann,ANN"])
def test_one_person_written_in_several_ways_is_one_target_as_first_written(given: object) -> None:
    config = SCRIPTS["message"].parse({**LEAST["message"], "target_users": given})
    assert dict(config)["target_users"] == ("Ann",)
