"""What each script says about its own tasks, as a table: no other code knows a script by its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from phonefleet.limits.kinds import Cost, Kind
from phonefleet.masking import MASK, masked
from phonefleet.scripts import FLOWS, SCRIPTS, read_config, summary_of
from phonefleet.scripts.script import Picture, ScriptConfig, UnknownConfig
from phonefleet.targets import usual_targets

POSTS = ["sample://post/1", "sample://post/2"]
TEXT = {"comment_content": ["Nice"], "comment_image_path": "cat.png"}
DM = {"message_contents": ["Hello"]}


@dataclass(frozen=True)
class Says:
    """What a script says of a task: its targets, whether they notice, cost, seconds, pictures, only kind of action."""

    cost: Cost
    seconds: float
    targets: dict[str, tuple[str, ...]]
    contacts: bool = False
    pictures: tuple[Picture, ...] = ()
    only: Kind | None = None


ANSWERS: list[tuple[str, dict[str, Any], Says]] = [
    ("follow", {"target_users": "anna, bob"},
     Says((("follow", 2),), 20, {"target_users": ("anna", "bob")}, contacts=True, only="follow")),
    ("unfollow", {"target_users": "anna"},
     Says((("unfollow", 1),), 25, {"target_users": ("anna",)}, only="unfollow")),
    ("like", {"target_post_urls": POSTS},
     Says((("like", 2),), 40, {"target_post_urls": tuple(POSTS)}, contacts=True)),
    ("like", {"target_users": "anna", "max_posts_count": 3, "enable_share": True},
     Says((("like", 3), ("share", 3)), 40, {"target_users": ("anna",)}, contacts=True)),
    ("like", {"target_users": "anna", "enable_like": False, "enable_favorite": True, "enable_repost": True,
              "enable_follow": True},
     Says((("favorite", 1), ("repost", 1), ("follow", 1)), 40, {"target_users": ("anna",)}, contacts=True)),
    ("comment", TEXT | {"target_post_urls": POSTS},
     Says((("comment", 2),), 45, {"target_post_urls": tuple(POSTS)}, contacts=True, only="comment",
          pictures=(Picture("comment_image_path", "cat.png"),))),
    ("message", DM | {"target_users": "anna"},
     Says((("message", 1),), 40, {"target_users": ("anna",)}, contacts=True, only="message")),
    ("message", DM | {"target_users": "anna, bob", "send_profile_card": True},
     Says((("message", 4),), 40, {"target_users": ("anna", "bob")}, contacts=True, only="message")),
    ("post", {}, Says((("post", 1),), 90, {}, only="post")),
    ("account_warmup", {"task_duration": 900}, Says((), 900, {})),
    ("super_marketing", {"targets": "anna", "features": {"followUsers": True}},
     Says((), 300, {"targets": ("anna",)}, contacts=True)),
    ("super_marketing", {"targets": "anna", "features": {"unfollowUsers": True}},
     Says((), 300, {"targets": ("anna",)})),
    ("super_marketing", {"targets": "anna", "features": {"massComment": True}, "commentSettings": TEXT},
     Says((), 300, {"targets": ("anna",)}, contacts=True,
          pictures=(Picture("commentSettings.comment_image_path", "cat.png"),))),
    ("profile", {"avatars_path": "faces"},
     Says((("profile", 1),), 60, {}, only="profile", pictures=(Picture("avatars_path", "faces", may_be_folder=True),))),
    ("scrape_user", {"target_username": "anna"}, Says((), 120, {})),
    ("match_accounts", {}, Says((), 60, {})),
    ("device_action", {"action": "reboot"}, Says((), 60, {})),
    ("device_action", {"action": "command", "command": "free-space"}, Says((), 10, {})),
    ("read_profile", {}, Says((), 30, {})),
]  # fmt: skip


def _says(config: ScriptConfig) -> Says:
    return Says(
        cost=config.budget_cost(),
        seconds=config.usual_duration().total_seconds(),
        targets=config.targets_by_field(),
        contacts=config.contacts_people(),
        pictures=config.pictures(),
        only=config.only_action,
    )


@pytest.mark.parametrize(("script", "raw", "said"), ANSWERS)
def test_a_script_answers_for_its_own_tasks(script: str, raw: dict[str, Any], said: Says) -> None:
    assert _says(FLOWS[script].parse(raw)) == said


@pytest.mark.parametrize(("script", "raw", "said"), ANSWERS)
def test_what_the_ledger_holds_says_the_same_and_is_stored_the_same(
    script: str, raw: dict[str, Any], said: Says
) -> None:
    stored = FLOWS[script].parse(raw).stored()
    read = read_config(script, stored)
    assert _says(read) == said
    assert read.stored() == stored


@pytest.mark.parametrize(("script", "raw", "said"), ANSWERS)
def test_the_targets_of_a_stored_configuration_are_found_without_its_script(
    script: str, raw: dict[str, Any], said: Says
) -> None:
    shared = FLOWS[script].config.shares_targets
    assert usual_targets(FLOWS[script].parse(raw).stored()) == ({} if shared else said.targets)


def test_every_script_has_its_row() -> None:
    assert {script for script, _, _ in ANSWERS} == FLOWS.keys()


def test_two_scripts_decide_on_their_way_what_they_do_and_one_shares_its_targets() -> None:
    assert [name for name, one in SCRIPTS.items() if not one.config.cost_is_known] == [
        "account_warmup",
        "super_marketing",
    ]
    assert [name for name, one in SCRIPTS.items() if one.config.shares_targets] == ["super_marketing"]


@pytest.mark.parametrize(("strategy", "field"), [("shared_pool", "strategy"), ("consume_once", "")])
def test_a_shared_pool_is_told_by_the_field_that_asks_for_it(strategy: str, field: str) -> None:
    raw = {"targets": "anna", "features": {"followUsers": True}, "strategy": strategy}
    assert SCRIPTS["super_marketing"].parse(raw).field_for_all_accounts() == field


def test_a_masked_key_keeps_no_answer_from_being_read() -> None:
    chat = {"api_key": "sk-secret", "model": "small"}
    raw = {"targets": "anna", "features": {"sendDM": True}, "dmSettings": DM | {"chatgpt_settings": chat}}
    shown = masked(SCRIPTS["super_marketing"].parse(raw).stored())
    assert MASK in repr(shown)
    assert read_config("super_marketing", shown).summary() == "work through @anna (message)"


@pytest.mark.parametrize("script", ["of_my_own", "follow"])
def test_what_cannot_be_read_knows_its_usual_targets_alone_and_stays_as_it_was_given(script: str) -> None:
    given = {"target_users": ["anna"], "depth": {"most": [1, None]}}
    config = read_config(script, given)
    assert isinstance(config, UnknownConfig)
    assert config.all_targets == ("anna",)
    assert _says(config) == Says((), timedelta(minutes=1).total_seconds(), {"target_users": ("anna",)})
    assert summary_of(script, config) == script.replace("_", " ")
    assert config.stored() == given
