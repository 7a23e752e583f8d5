"""What people write down is what holds for each account."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from deployments.cli.limits.file import written
from phonefleet.limits import KINDS, Actor, Policy, Rules

SHOP = Actor("shop_001", "sample", frozenset({"vip"}), "front")


def rules(**fields: Any) -> Rules:
    return Rules.model_validate(fields)


def test_without_rules_the_defaults_hold() -> None:
    assert Rules().policy_for(SHOP) == Policy()


def test_what_is_not_written_down_is_as_by_default() -> None:
    assert rules(budgets={"follow": 3}).policy_for(SHOP).budgets == {**Policy().budgets, "follow": 3}


@pytest.mark.parametrize(
    "who",
    [{"username": "@SHOP_001"}, {"app": "sample"}, {"tag": "vip"}, {"group": "front"}, {},
     {"username": "shop_001", "app": "sample", "tag": "vip", "group": "front"}],
)  # fmt: skip
def test_an_override_holds_for_whom_it_names(who: dict[str, str]) -> None:
    found = rules(overrides=[{**who, "budgets": {"follow": 40}, "gaps": {"like": 2}}]).policy_for(SHOP)
    assert (found.budgets["follow"], found.budgets["like"]) == (40, 100)
    assert found.gaps == {"like": timedelta(seconds=2)}


@pytest.mark.parametrize(
    "who",
    [{"username": "shop_002"}, {"app": "other"}, {"tag": "VIP"}, {"group": "back"}, {"tag": "vip", "group": "back"}],
)
def test_an_override_holds_for_nobody_else(who: dict[str, str]) -> None:
    assert rules(overrides=[{**who, "budgets": {"follow": 40}}]).policy_for(SHOP) == Policy()


def test_of_several_overrides_the_later_one_wins_in_what_it_says() -> None:
    first = {"tag": "vip", "budgets": {"follow": 40, "like": 1}, "gap": 5, "hours": ["09:00-18:00"]}
    second = {"username": "shop_001", "budgets": {"follow": 2}, "when_met": "fail"}
    found = rules(gap=1, overrides=[first, second]).policy_for(SHOP)
    assert (found.budgets["follow"], found.budgets["like"], found.gap, found.when_met) == (
        2,
        1,
        timedelta(seconds=5),
        "fail",
    )
    assert str(found.hours) == "09:00-18:00"


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="No time zone is named"):
        rules(timezone="Mars/Base")


spans = st.lists(st.sampled_from(["09:00-18:00", "22:00-02:00", "00:00-24:00"]), min_size=1, max_size=2)
parts = {
    "budgets": st.dictionaries(st.sampled_from(KINDS), st.integers(0, 100_000)),
    "gap": st.floats(0, 86_400),
    "gaps": st.dictionaries(st.sampled_from(KINDS), st.floats(0, 86_400)),
    "hours": st.none() | spans | st.dictionaries(st.sampled_from(["monday", "sunday"]), spans, min_size=1),
    "when_met": st.sampled_from(["wait", "fail"]),
}
names = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)
overrides = st.fixed_dictionaries({}, optional={**parts, "username": names, "tag": names, "app": names, "group": names})
documents = st.fixed_dictionaries(
    {},
    optional={
        **parts,
        "timezone": st.none() | st.just("Europe/Berlin"),
        "allow_shared_pool": st.booleans(),
        "overrides": st.lists(overrides, max_size=3),
    },
)


@given(documents)
def test_what_is_stored_or_written_to_a_file_is_what_is_read_again(document: dict[str, Any]) -> None:
    given_rules = Rules.model_validate(document)
    assert Rules.model_validate(given_rules.model_dump(mode="json", exclude_defaults=True)) == given_rules
    answer: Any = {**given_rules.model_dump(mode="json"), "version": 1, "set_at": None}
    assert Rules.model_validate(tomllib.loads(written(answer))) == given_rules
