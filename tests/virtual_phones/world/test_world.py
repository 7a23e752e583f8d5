"""The world keeps everything that happened, in order, across the death of its process."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virtual_phones.world import Relation, UnknownAccount, World
from virtual_phones.world.journal import JournalBroken

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PEOPLE = st.sampled_from(["person_0001", "person_0002", "private_0001", "example_user"])
DEEDS = st.lists(st.tuples(st.sampled_from(["follow", "unfollow", "send"]), PEOPLE, st.text(max_size=8)), max_size=12)


def perform(world: World, deeds: list[tuple[str, str, str]]) -> None:
    for deed, target, text in deeds:
        match deed:
            case "follow":
                world.follow("shop_001", target)
            case "unfollow":
                world.unfollow("shop_001", target)
            case _:
                world.send("shop_001", target, text)


def test_one_seed_is_one_world() -> None:
    assert World(7, 2).dump() == World(7, 2).dump()
    assert World(7, 2).dump() != World(8, 2).dump()


def test_the_promised_accounts_exist() -> None:
    world = World(1, 3)
    for username in ("example_user", "person_0001", "person_1000", "private_0001", "shop_003", "studio_003"):
        assert world.knows(username)
    assert not world.knows("shop_004")
    assert world.signed_in(2) == ("shop_002", "studio_002")


def test_follows_are_listed_in_order_with_repeats() -> None:
    instants = iter(NOON + timedelta(seconds=second) for second in range(10))
    world = World(1, 1, now=lambda: next(instants))
    for followee in ("person_0002", "person_0001", "person_0002"):
        world.follow("shop_001", followee)
    assert world.dump()["follows"] == [
        {"follower": "shop_001", "followee": "person_0002", "at": "2026-05-01T12:00:00.000000+00:00"},
        {"follower": "shop_001", "followee": "person_0001", "at": "2026-05-01T12:00:01.000000+00:00"},
        {"follower": "shop_001", "followee": "person_0002", "at": "2026-05-01T12:00:02.000000+00:00"},
    ]


def test_an_unfollow_ends_the_relation_and_keeps_the_history() -> None:
    world = World(1, 1)
    world.follow("shop_001", "person_0001")
    world.unfollow("shop_001", "person_0001")
    assert world.relation("shop_001", "person_0001") is Relation.NONE
    assert [len(world.dump()["follows"]), len(world.dump()["unfollows"])] == [1, 1]
    assert "shop_001" not in world.followers("person_0001")


def test_a_private_account_is_only_requested() -> None:
    world = World(1, 1)
    world.follow("shop_001", "private_0001")
    assert world.relation("shop_001", "private_0001") is Relation.REQUESTED
    assert world.followers("private_0001") == []


def test_nobody_can_follow_an_account_that_does_not_exist() -> None:
    with pytest.raises(UnknownAccount):
        World(1, 1).follow("shop_001", "nobody")


def test_search_finds_look_alikes_beside_the_exact_name() -> None:
    found = [account.username for account in World(1, 1).search("@Person_0001")]
    assert "person_0001" in found
    assert len(found) > 5


def test_followers_and_following_mirror_each_other() -> None:
    world = World(1, 1)
    world.follow("shop_001", "example_user")
    assert len(world.followers("example_user")) > 200
    assert all("example_user" in world.following(fan) for fan in world.followers("example_user"))


def test_everything_that_can_happen_is_in_the_dump_and_in_the_journal(tmp_path: Path) -> None:
    world = World(1, 1, tmp_path / "world.jsonl")
    post = world.publish("shop_001", "Ünïcode\n✨")
    world.like("shop_001", post)
    world.comment("shop_001", post, "nice")
    world.send("shop_001", "person_0001", "hello")
    world.close()
    reopened = World(1, 1, tmp_path / "world.jsonl")
    assert reopened.dump() == world.dump()
    assert reopened.dump()["posts"][-1]["caption"] == "Ünïcode\n✨"
    assert reopened.posts()[0].id == post
    reopened.close()


@settings(max_examples=40)
@given(deeds=DEEDS, more=DEEDS, cut=st.integers(min_value=0, max_value=400))
def test_a_journal_cut_anywhere_replays_its_whole_lines_and_goes_on(
    deeds: list[tuple[str, str, str]], more: list[tuple[str, str, str]], cut: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.jsonl"
        path.touch()
        first = World(1, 1, path)
        perform(first, deeds)
        first.close()
        content = path.read_bytes()
        path.write_bytes(content[: max(len(content) - cut, 0)])
        survived = path.read_bytes().count(b"\n")

        second = World(1, 1, path)
        perform(second, more)
        second.close()
        third = World(1, 1, path)
        third.close()
        assert third.dump() == second.dump()
        assert len(path.read_bytes().splitlines()) == survived + len(more)


@pytest.mark.parametrize("line", ["not json", "[]", '{"kind": "murder"}', json.dumps({"kind": "follow", "at": 3})])
def test_a_damaged_journal_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "world.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(JournalBroken, match="line 1"):
        World(1, 1, path)
