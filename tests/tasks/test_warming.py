"""Warming up: post after post until the time is used up, and now and then something is done, once.

Uses person_0669 to person_0679.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prefect.logging import disable_run_logger

from phonefleet.errors import Interrupted, LinkLost
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from phonefleet.ledger.actions.warm_ups import WarmUp
from phonefleet.scripts.account_warmup import AccountWarmupConfig
from tasks import posts, progress, warming
from tasks.context import RunContext
from tasks.posts import favorite_post, follow_author, like_post
from tasks.warming import WarmUpRun
from tests.tasks.on_phones import ME, Killed, on_a_phone, until_done
from tests.tasks.stormy import StormyPhone
from virtual_phones.world import World


@pytest.fixture
def phone(context: RunContext, world: World, version: str) -> StormyPhone:
    return on_a_phone(context, world, version)


def nothing_shown(_context: RunContext, _percent: float) -> None:
    """Show no progress in Prefect: there is none here."""


@pytest.fixture(autouse=True)
def _without_prefect(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(warming, "watch_next_post", warming.watch_next_post.fn)
    monkeypatch.setattr(warming, "comment_on_post", warming.comment_on_post.fn)
    monkeypatch.setattr(posts, "follow_user", posts.follow_user.fn)
    monkeypatch.setattr(posts, "find_author", posts.find_author.fn)
    monkeypatch.setattr(progress, "begin_progress", nothing_shown)
    with disable_run_logger():
        yield


def config(**given: Any) -> AccountWarmupConfig:
    return AccountWarmupConfig.model_validate({"min_duration": 10, "max_duration": 20, **given})


def warm_up(wanted: AccountWarmupConfig) -> list[str]:
    """Do what the flow does, and return the posts that were watched."""
    run = WarmUpRun(wanted)
    watched: list[str] = []
    for post in run.posts():
        watched.append(post.id)
        run.perhaps("like", wanted.like_probable, like_post.fn, post)
        run.perhaps("favorite", wanted.collect_probable, favorite_post.fn, post)
        run.perhaps("comment", wanted.comment_probable, run.comment, post)
        run.perhaps("follow", wanted.floow_probable, follow_author, post)
    return watched


def plain(world: World) -> list[str]:
    return [post.id for post in world.posts() if post.kind == "plain"]


def listed(world: World, name: str) -> list[dict[str, str]]:
    lists: dict[str, Any] = {**world.dump()}
    return lists[name]


@pytest.mark.usefixtures("phone")
def test_plain_posts_are_watched_in_order_until_the_time_is_used_up(context: RunContext, world: World) -> None:
    began = context.clock.monotonic()
    watched = warm_up(config(task_duration=150))
    assert watched == plain(world)[: len(watched)]
    assert 8 <= len(watched) <= 15
    assert 150 <= context.clock.monotonic() - began < 160
    counts = context.report.counts
    assert counts["watched"] == len(watched)
    assert counts["live_skipped"] + counts["ads_skipped"] == world.posts().index(world.post(watched[-1])) + 1 - len(
        watched
    )
    assert (counts["likes"], counts["follows"], counts["favorites"], counts["comments"]) == (0, 0, 0, 0)


@pytest.mark.usefixtures("phone")
def test_what_is_certain_is_done_with_every_post(context: RunContext, world: World) -> None:
    wanted = config(task_duration=45, like_probable=100, collect_probable=100, min_duration=15, max_duration=15)
    watched = warm_up(wanted)
    assert [(like["username"], like["post"]) for like in listed(world, "likes")] == [(ME, post) for post in watched]
    assert [each["post"] for each in listed(world, "favorites")] == watched
    assert context.report.counts["likes"] == context.report.counts["favorites"] == len(watched)


@pytest.mark.usefixtures("phone")
def test_authors_are_followed_and_comments_written_in_turn(context: RunContext, world: World) -> None:
    wanted = config(
        task_duration=400, floow_probable=100, comment_probable=100, comment=["One", "Two"], comment_order="sequential"
    )
    watched = warm_up(wanted)
    authors = {world.post(post).author for post in watched}
    assert {(each["follower"], each["followee"]) for each in listed(world, "follows")} <= {(ME, a) for a in authors}
    comments = [each for each in listed(world, "comments") if each["username"] == ME]
    assert [each["text"] for each in comments] == (["One", "Two"] * 10)[: len(comments)]
    counts = context.report.counts
    assert counts["comments"] == len(comments) > 1
    assert counts["follows"] == len(listed(world, "follows")) > 1


@pytest.mark.usefixtures("phone")
def test_topics_are_searched_one_after_the_other(context: RunContext, world: World) -> None:
    cats = {world.publish("person_0669", f"Cats {number}") for number in range(6)}
    dogs = {world.publish("person_0669", f"Dogs {number}") for number in range(6)}
    watched = warm_up(config(task_duration=100, topic=["cats", "unheard-of", "dogs"]))
    assert set(watched[:3]) <= cats
    assert set(watched) & dogs
    assert watched.index(next(post for post in watched if post in dogs)) >= 2
    assert context.report.notes == ["there are no posts about unheard-of"]


@pytest.mark.usefixtures("phone")
def test_a_topic_that_is_exhausted_gives_way_to_the_feed(world: World) -> None:
    [only] = [world.publish("person_0670", "Axolotl")]
    watched = warm_up(config(task_duration=60, topic="axolotl"))
    assert watched[0] == only
    assert len(watched) > 2
    assert watched == plain(world)[: len(watched)], "the only one about it is the newest of all"


@pytest.mark.usefixtures("phone")
def test_a_limit_ends_one_kind_of_action_and_not_the_warm_up(context: RunContext, world: World) -> None:
    wanted = config(task_duration=200, comment_probable=100, comment=["Nice"], like_probable=100)
    watched = warm_up(wanted)
    assert context.report.counts["comments"] == 5
    assert context.report.counts["likes"] == len(watched) > 5
    assert len([each for each in listed(world, "comments") if each["username"] == ME]) == 5
    assert any(note.startswith("no comment any more in this run: ") for note in context.report.notes)


@pytest.mark.usefixtures("phone")
def test_who_wants_no_contact_is_only_watched(context: RunContext, world: World) -> None:
    author = world.post(plain(world)[0]).author
    context.ledger.do_not_contact.put([DoNotContactEntry(author, None, "asked for it", context.clock.now())])
    watched = warm_up(config(task_duration=15, like_probable=100, min_duration=15, max_duration=15))
    assert watched == plain(world)[:1]
    assert listed(world, "likes") == []
    assert author in context.report.notes[0]


@pytest.mark.usefixtures("phone")
def test_a_stop_ends_the_wait_and_the_time_left_is_used_later(context: RunContext, world: World) -> None:
    wanted = config(task_duration=100, min_duration=20, max_duration=20)
    run = WarmUpRun(wanted)
    watching = run.posts()
    first = [next(watching), next(watching)]
    context.stop.set("stopped")
    with pytest.raises(Interrupted):
        next(watching)
    assert context.ledger.warm_ups.get(context.task_id).spent == timedelta(seconds=40)
    context.stop = type(context.stop)()
    context.driver = None
    rest = warm_up(wanted)
    assert [ref.id for ref in first] == plain(world)[:2]
    assert len(rest) == 3
    assert context.report.counts["watched"] == 5


@pytest.mark.parametrize(("trouble", "rate"), [(Killed, 0.02), (LinkLost, 0.2)])
def test_kills_and_troubles_repeat_nothing_and_the_time_is_not_spent_anew(
    context: RunContext, world: World, version: str, trouble: type[BaseException], rate: float
) -> None:
    wanted = config(task_duration=200, like_probable=100, collect_probable=100, floow_probable=30)
    tries = itertools.count()

    def go() -> None:
        on_a_phone(context, world, version, rate=rate, seed=next(tries), trouble=trouble)
        warm_up(wanted)

    until_done(go, trouble)
    for name, actor in (("likes", "username"), ("favorites", "username")):
        done = [(each[actor], each["post"]) for each in listed(world, name)]
        assert len(done) == len(set(done)), name
    follows = [each["followee"] for each in listed(world, "follows")]
    assert len(follows) == len(set(follows))
    assert context.ledger.warm_ups.get(context.task_id).spent >= timedelta(seconds=200)
    assert context.report.counts["likes"] == len(listed(world, "likes"))


@given(
    spent=st.timedeltas(timedelta(), timedelta(hours=24)),
    counts=st.tuples(*[st.integers(0, 10_000)] * 3),
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_kept_is_what_is_read(context: RunContext, spent: timedelta, counts: tuple[int, int, int]) -> None:
    kept = WarmUp(spent, *counts)
    context.ledger.warm_ups.keep(context.task_id, kept)
    assert context.ledger.warm_ups.get(context.task_id) == kept
