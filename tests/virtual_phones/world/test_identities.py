"""People change what they say about themselves, their usernames too, and stay who they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtual_phones.world import Relation, UnknownAccount, World


def test_a_change_shows_and_is_remembered_with_repeats() -> None:
    world = World(1, 1)
    for bio in ("tea", "tea", "coffee\nand cake"):
        world.identity.change("shop_001", "bio", bio)
    world.identity.change("shop_001", "name", "Shop One")
    assert (world.account("shop_001").bio, world.account("shop_001").name) == ("coffee\nand cake", "Shop One")
    assert [each["value"] for each in world.dump()["profile_changes"]] == ["tea", "tea", "coffee\nand cake", "Shop One"]
    shown = next(each for each in world.dump()["accounts"] if each["username"] == "shop_001")
    assert shown["bio"] == "coffee\nand cake"


def test_with_a_new_username_everything_that_an_account_was_to_others_stays() -> None:
    world = World(1, 1)
    world.follow("shop_001", "person_0763")
    world.follow("studio_001", "shop_001")
    world.send("shop_001", "person_0763", "hello")
    world.like("shop_001", world.posts()[0].id)
    post = world.publish("shop_001", "mine")
    world.identity.change("shop_001", "username", "corner_shop")
    assert not world.knows("shop_001")
    assert world.relation("corner_shop", "person_0763") is Relation.FOLLOWING
    assert world.followers("corner_shop") == ["studio_001"]
    assert world.messages.partners("person_0763") == ["corner_shop"]
    assert world.posts_of("corner_shop")[0].id == post
    assert world.reactions.marked("like", "corner_shop", world.posts()[1].id)
    with pytest.raises(UnknownAccount):
        world.follow("shop_001", "person_0764")


def test_what_happened_before_is_told_with_the_names_of_then() -> None:
    world = World(1, 1)
    world.follow("shop_001", "person_0763")
    world.identity.change("shop_001", "username", "corner_shop")
    world.follow("corner_shop", "person_0764")
    assert [each["follower"] for each in world.dump()["follows"]] == ["shop_001", "corner_shop"]


def test_a_name_that_somebody_gave_up_can_be_taken_by_another(tmp_path: Path) -> None:
    world = World(1, 1, tmp_path / "world.jsonl")
    world.follow("shop_001", "person_0763")
    world.identity.change("shop_001", "username", "corner_shop")
    world.identity.change("studio_001", "username", "shop_001")
    world.follow("shop_001", "person_0764")
    world.close()
    for seen in (world, World(1, 1, tmp_path / "world.jsonl")):
        assert seen.signed_in(1) == ("corner_shop", "shop_001")
        assert (seen.following("corner_shop"), seen.following("shop_001")) == (["person_0763"], ["person_0764"])
        assert seen.account("shop_001").username == "shop_001"
        seen.close()


def test_a_name_can_be_taken_back() -> None:
    world = World(1, 1)
    for before, after in (("shop_001", "corner_shop"), ("corner_shop", "shop_001")):
        world.identity.change(before, "username", after)
    assert world.signed_in(1)[0] == "shop_001"
    assert not world.knows("corner_shop")


def test_search_finds_the_new_name_and_not_the_old_one() -> None:
    world = World(1, 1)
    assert [account.username for account in world.search("shop_001")] == ["shop_001"]
    world.identity.change("shop_001", "username", "corner_shop")
    assert [account.username for account in world.search("corner_shop")] == ["corner_shop"]
    assert world.search("shop_001") == []
