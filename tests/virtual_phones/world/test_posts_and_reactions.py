"""Posts, marks, shares and comments of the world."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from virtual_phones.world import Comment, UnknownPost, World


def test_a_person_has_as_many_posts_as_the_number_leaves_divided_by_four() -> None:
    world = World(1, 1)
    assert [len(world.posts_of(f"person_{number:04}")) for number in (700, 701, 702, 703)] == [0, 1, 2, 3]
    assert len(world.posts_of("example_user")) == 12
    assert world.posts_of("nobody") == []


def test_posts_of_somebody_come_newest_first_and_a_new_one_leads() -> None:
    world = World(1, 1)
    old = world.posts_of("person_0703")
    assert [post.at for post in old] == sorted((post.at for post in old), reverse=True)
    new = world.publish("person_0703", "today", "video")
    assert [post.id for post in world.posts_of("person_0703")] == [new, *(post.id for post in old)]
    assert (world.post(new).media, world.post(new).kind) == ("video", "plain")
    assert world.posts()[0].id == new


def test_some_posts_are_live_or_advertisements_and_most_are_plain() -> None:
    kinds = [post["kind"] for post in World(1, 1).dump()["posts"]]
    assert set(kinds) == {"plain", "live", "ad"}
    assert kinds.count("plain") > len(kinds) / 2


def test_an_unknown_post_is_refused() -> None:
    world = World(1, 1)
    assert not world.knows_post("999999")
    with pytest.raises(UnknownPost):
        world.like("shop_001", "999999")


def test_marks_are_set_and_taken_back_and_each_time_is_listed() -> None:
    world, me, post = World(1, 1), "shop_001", "1000"
    before = world.reactions.marks("like", post)
    world.reactions.mark("like", me, post)
    world.reactions.mark("like", me, post)
    assert (world.reactions.marked("like", me, post), world.reactions.marks("like", post)) == (True, before + 1)
    assert not world.reactions.marked("favorite", me, post)
    world.reactions.unmark("like", me, post)
    assert (world.reactions.marked("like", me, post), world.reactions.marks("like", post)) == (False, before)
    assert [len(world.dump()[name]) for name in ("likes", "unlikes", "favorites")] == [2, 1, 0]


def test_each_share_counts() -> None:
    world = World(1, 1)
    before = world.reactions.shares("1000")
    world.reactions.share("shop_001", "1000", "link")
    world.reactions.share("shop_001", "1000", "story")
    assert world.reactions.shares("1000") == before + 2
    assert world.reactions.shared("shop_001", "1000")
    assert [share["way"] for share in world.dump()["shares"]] == ["link", "story"]


def test_comments_stand_below_those_that_were_there_before() -> None:
    world = World(1, 1)
    old = world.comments.on("1000")
    world.comment("shop_001", "1000", "Nice\n✨", "cat.png")
    assert world.comments.on("1000") == [*old, Comment("shop_001", "Nice\n✨", "cat.png")]


def test_what_happened_to_posts_survives_in_the_journal(tmp_path: Path) -> None:
    world = World(1, 1, tmp_path / "world.jsonl")
    world.comment("shop_001", "1000", "nice", "cat.png")
    world.reactions.mark("repost", "shop_001", world.publish("shop_001", "hello", "video"))
    world.reactions.share("shop_001", "1000", "link")
    world.close()
    reopened = World(1, 1, tmp_path / "world.jsonl")
    reopened.close()
    assert reopened.dump() == world.dump()
    assert reopened.posts()[0].media == "video"


def test_a_journal_from_before_pictures_is_still_read(tmp_path: Path) -> None:
    at = "2026-05-01T12:00:00+00:00"
    old = [
        {"kind": "comment", "username": "shop_001", "post": "1000", "text": "nice", "at": at},
        {"kind": "post", "author": "shop_001", "id": "9000", "caption": "hello", "at": at},
    ]
    path = tmp_path / "world.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in old))
    world = World(1, 1, path)
    world.close()
    assert world.comments.on("1000")[-1] == Comment("shop_001", "nice")
    assert world.posts_of("shop_001")[0].media == "image"
