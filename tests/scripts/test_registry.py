"""The ten scripts, and what their configurations accept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from phonefleet.scripts import SCRIPTS
from phonefleet.scripts.follow import FollowConfig

TEN = [
    "follow",
    "unfollow",
    "like",
    "comment",
    "message",
    "post",
    "account_warmup",
    "super_marketing",
    "profile",
    "scrape_user",
]


def test_all_ten_are_known_and_two_are_available() -> None:
    assert list(SCRIPTS) == TEN
    assert [name for name, script in SCRIPTS.items() if script.available] == ["follow", "unfollow"]


@pytest.mark.parametrize("name", ["follow", "unfollow"])
@pytest.mark.parametrize("key", ["target_users", "target_user", "target_username"])
@pytest.mark.parametrize("value", ["@anna, bob\ncarl", ["anna", "@bob", " carl "]], ids=["text", "array"])
def test_targets_come_under_any_name_as_text_or_array(name: str, key: str, value: object) -> None:
    config = SCRIPTS[name].parse({key: value})
    assert config.model_dump() == {"target_users": ("anna", "bob", "carl"), "access_method": "direct"}


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"target_users": []},
        {"target_users": " ,\n"},
        {"target_users": None},
        {"target_users": 5},
        {"target_users": {"a": 1}},
        {"target_users": [5]},
        {"target_users": [["anna"]]},
        {"target_users": ["@"]},
        {"target_users": ["anna/../bob"]},
        {"target_users": ["x" * 101]},
        {"target_users": ["anna"], "target_user": "bob"},
        {"target_users": ["anna"], "access_method": "walk"},
        {"target_users": ["anna"], "access_method": None},
        {"target_users": ["anna"], "Access_method": "direct"},
    ],
)
def test_what_makes_no_sense_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SCRIPTS["follow"].parse(raw)


def test_a_script_of_a_later_version_cannot_be_configured() -> None:
    with pytest.raises(LookupError, match="not available in this version yet"):
        SCRIPTS["like"].parse({})


def test_a_configuration_divides_into_one_for_each_target() -> None:
    script = SCRIPTS["follow"]
    config = script.parse({"target_users": "a,b", "access_method": "search"})
    assert script.targets(config) == ("a", "b")
    dumped = [one.model_dump(mode="json") for one in script.fan_out(config)]
    assert dumped == [{"target_users": [name], "access_method": "search"} for name in ("a", "b")]


@given(st.lists(st.from_regex(r"[A-Za-z0-9._]{1,24}", fullmatch=True), min_size=1))
def test_what_was_accepted_is_accepted_again_and_means_the_same(names: list[str]) -> None:
    config = FollowConfig.model_validate({"target_users": names})
    assert config.target_users == tuple(dict.fromkeys(names))
    assert FollowConfig.model_validate(config.model_dump(mode="json")) == config
