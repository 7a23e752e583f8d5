"""The ten scripts, and what their configurations have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from phonefleet.scripts import FLOWS, SCRIPTS
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


def test_all_ten_are_known() -> None:
    assert list(SCRIPTS) == TEN


@pytest.mark.parametrize("name", ["follow", "unfollow", "message"])
@pytest.mark.parametrize("key", ["target_users", "target_user", "target_username"])
@pytest.mark.parametrize("value", ["@anna, bob\ncarl", ["anna", "@bob", " carl "]], ids=["text", "array"])
def test_targets_come_under_any_name_as_text_or_array(name: str, key: str, value: object) -> None:
    text = {"message_contents": "Hello, you"} if name == "message" else {}
    config = SCRIPTS[name].parse({key: value, **text}).model_dump()
    assert (config["target_users"], config["access_method"]) == (("anna", "bob", "carl"), "direct")


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
        {"target_users": ["anna"], "access_method": "walk"},
        {"target_users": ["anna"], "Access_method": "direct"},
    ],
)
def test_what_makes_no_sense_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SCRIPTS["follow"].parse(raw)


def test_a_configuration_divides_into_one_for_each_target() -> None:
    script = SCRIPTS["follow"]
    config = script.parse({"target_users": "a,b", "access_method": "search"})
    dumped = [one.model_dump(mode="json") for one in script.fan_out(config)]
    assert dumped == [{"target_users": [name], "access_method": "search"} for name in ("a", "b")]


@pytest.mark.parametrize("name", FLOWS)
def test_every_field_says_what_it_is_for(name: str) -> None:
    assert not list(_undescribed(FLOWS[name].config))


@given(st.lists(st.from_regex(r"[A-Za-z0-9._]{1,24}", fullmatch=True), min_size=1))
def test_what_was_accepted_is_accepted_again_and_means_the_same(names: list[str]) -> None:
    config = FollowConfig.model_validate({"target_users": names})
    assert config.target_users == tuple(dict.fromkeys(names))
    assert FollowConfig.model_validate(config.model_dump(mode="json")) == config


def _undescribed(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if not field.description:
            yield f"{model.__name__}.{name}"
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _undescribed(part)
