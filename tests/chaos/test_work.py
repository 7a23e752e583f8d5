"""The work of a plan: the same for the same seed, of all scripts, and no deed asked for twice."""

from __future__ import annotations

from collections import Counter

from deployments.chaos.drawing import Wanted, draw
from deployments.chaos.plan import read_plan
from deployments.chaos.work import EMOJI, asks, happened
from phonefleet.scripts import SCRIPTS, read_config

POSTS = [str(number) for number in range(1000, 2000)]


def test_tasks_are_of_all_scripts_and_their_configurations_are_valid() -> None:
    found = asks(draw(Wanted(phones=5, tasks=100)), POSTS, "/picture.png")
    assert {ask.script for ask in found} == set(SCRIPTS)
    assert all(read_config(ask.script, dict(ask.config)) for ask in found)
    assert {ask.phone for ask in found} == {1, 2, 3, 4, 5}


def test_the_same_seed_asks_for_the_same() -> None:
    plan = draw(Wanted(seed=3, tasks=60))
    assert asks(plan, POSTS, "/p.png") == asks(plan, POSTS, "/p.png")
    assert asks(plan, POSTS, "/p.png") != asks(draw(Wanted(seed=4, tasks=60)), POSTS, "/p.png")


def test_no_deed_is_asked_for_twice() -> None:
    plan = draw(Wanted(phones=2, tasks=1200))
    wanted = Counter(deed for ask in asks(plan, POSTS, "/p.png") for deed in ask.expected(f"shop_{ask.phone:03}"))
    assert set(wanted.values()) == {1}


def test_each_phone_has_posts_for_itself_where_there_are_enough() -> None:
    plan = draw(Wanted(phones=50, tasks=2000, hosts=2))
    for posts, apart in ((POSTS, True), (POSTS[:300], False)):
        wanted = [
            (ask.phone, ask.config["target_post_urls"][0])
            for ask in asks(plan, posts, "/p.png")
            if ask.script == "like"
        ]
        of_phones = Counter(post for _, post in set(wanted))
        assert (max(of_phones.values()) == 1) is apart
        assert max(Counter(wanted).values()) == 1


def test_only_the_named_scripts_are_asked_for() -> None:
    plan = read_plan("work: {tasks: 20, scripts: [unfollow, like]}", "plan")
    assert {ask.script for ask in asks(plan, POSTS, "/p.png")} == {"unfollow", "like"}


def test_an_emoji_that_was_inserted_counts_as_one_whichever_it_is() -> None:
    world = {"comments": [{"username": "shop_001", "post": "7", "text": "well done 🎉"}]}
    assert happened(world) == {("comments", "shop_001", "7", f"well done {EMOJI}"): 1}
