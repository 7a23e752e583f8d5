"""A campaign on a virtual phone: every feature, once each, in both app versions and whatever comes in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from prefect.logging import disable_run_logger

from phonefleet.scripts.super_marketing import SuperMarketingConfig
from tasks import marketing, pool, progress
from tasks.context import RunContext
from tasks.marketing import work_on
from tasks.pool import visits
from tests.tasks.on_phones import ME, Killed, another_task, on_a_phone, until_done
from tests.tasks.stormy import StormyPhone
from virtual_phones.world import World

PEOPLE = ("person_0590", "person_0591", "person_0592")
EVERYTHING = {"followUsers": True, "sendDM": True, "boostPosts": True, "massComment": True}
VERBS = ("follow_user", "unfollow_user", "send_message", "like_post", "watch_post", "comment_on_post", "newest_posts")


@pytest.fixture
def world() -> World:
    world = World(seed=1, phones=1)
    for person in PEOPLE[:2]:
        world.publish(person, f"Greetings from {person}")
    return world


def nothing_shown(_context: RunContext, _percent: float) -> None:
    """Show no progress in Prefect: there is none here."""


@pytest.fixture(autouse=True)
def _without_prefect(monkeypatch: pytest.MonkeyPatch, context: RunContext) -> Iterator[None]:
    for name in (*VERBS, "identify_post"):
        monkeypatch.setattr(marketing, name, getattr(marketing, name).fn)
    monkeypatch.setattr(pool, "pause_between", pool.pause_between.fn)
    monkeypatch.setattr(progress, "begin_progress", nothing_shown)
    context.request_id = uuid4()
    with disable_run_logger():
        yield


def config(*targets: str, features: dict[str, bool], **more: Any) -> SuperMarketingConfig:
    return SuperMarketingConfig.model_validate(
        {
            "targets": list(targets),
            "features": features,
            "dmSettings": {"message_contents": ["Hello", "Good day"], "message_order": "sequential"},
            "commentSettings": {"comment_content": ["Nice", "Lovely"], "comment_order": "sequential"},
            "postSettings": {"view_durations": [0, 0]},
            "task_interval": [0, 0],
            **more,
        }
    )


def campaign(given: SuperMarketingConfig) -> None:
    for visit in visits(given):
        with visit:
            work_on(visit, given)


def listed(world: World, name: str, *fields: str) -> list[tuple[str, ...]]:
    lists: dict[str, Any] = {**world.dump()}
    return [tuple(each[field] for field in fields) for each in lists[name]]


@pytest.fixture
def phone(context: RunContext, world: World, version: str) -> StormyPhone:
    return on_a_phone(context, world, version)


@pytest.mark.usefixtures("phone")
def test_all_features_are_done_with_each_person(context: RunContext, world: World) -> None:
    campaign(config(*PEOPLE[:2], "nobody_here", features=EVERYTHING))
    assert [told["outcome"] for told in context.report.outcomes] == ["done", "done", "failed"]
    assert listed(world, "follows", "follower", "followee") == [(ME, person) for person in PEOPLE[:2]]
    assert listed(world, "messages", "recipient", "text") == [(PEOPLE[0], "Hello"), (PEOPLE[1], "Good day")]
    assert [text for _, text in listed(world, "comments", "username", "text")] == ["Nice", "Lovely"]
    assert len(listed(world, "likes", "username", "post")) == 2


@pytest.mark.usefixtures("phone")
def test_posts_are_targets_and_their_authors_are_approached(context: RunContext, world: World) -> None:
    urls = [f"sample://post/{world.publish(PEOPLE[2], text)}" for text in ("one", "two")]
    campaign(config(*urls, data_source_type="post_links", features={"followUsers": True, "boostPosts": True}))
    assert listed(world, "follows", "follower", "followee") == [(ME, PEOPLE[2])]
    assert [f"sample://post/{post}" for (post,) in listed(world, "likes", "post")] == urls
    steps = [[step.outcome for step in claim.steps] for claim in context.ledger.pools.taken(context.task_id).items]
    assert steps == [["done", "done"], ["done", "done"]]


@pytest.mark.usefixtures("phone")
def test_a_person_without_posts_and_the_account_itself_are_skipped(context: RunContext) -> None:
    campaign(config("person_0596", ME, features={"boostPosts": True}))
    assert [told["outcome"] for told in context.report.outcomes] == ["skipped", "skipped"]
    assert [told["detail"] for told in context.report.outcomes] == [
        "there are no posts to work on",
        "is the account itself",
    ]


@pytest.mark.usefixtures("phone")
def test_unfollowing_is_a_feature_too(context: RunContext, world: World) -> None:
    campaign(config(PEOPLE[0], features={"followUsers": True}))
    another_task(context)
    context.request_id = uuid4()
    campaign(config(PEOPLE[0], features={"unfollowUsers": True}))
    assert listed(world, "unfollows", "follower", "followee") == [(ME, PEOPLE[0])]


def test_posts_of_one_author_are_one_visit_when_merged_and_one_that_is_gone_does_not_end_it(
    context: RunContext, world: World, phone: StormyPhone
) -> None:
    assert phone.rate == 0
    ids = [world.publish(PEOPLE[2], text) for text in ("one", "two")]
    urls = [f"https://sample.example/@{PEOPLE[2]}/post/{number}" for number in (*ids, "999999")]
    merged = {"data_source_type": "post_links", "merge_same_username_tasks": True}
    campaign(config(*urls, features={"boostPosts": True, "sendDM": True}, **merged))
    [claim] = context.ledger.pools.taken(context.task_id).items
    assert (claim.target, claim.outcome) == (f"@{PEOPLE[2]}", "failed")
    assert listed(world, "likes", "post") == [(number,) for number in ids]
    assert listed(world, "messages", "recipient") == [(PEOPLE[2],)]


@pytest.mark.parametrize("seed", range(2))
def test_a_fifth_of_all_calls_to_the_phone_may_fail(
    context: RunContext, world: World, version: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each verb is tried again until it is done, as Prefect does."""
    for name in (*VERBS, "identify_post"):
        monkeypatch.setattr(marketing, name, patient(getattr(marketing, name)))
    on_a_phone(context, world, version, rate=0.2, seed=seed)
    campaign(config(*PEOPLE[:2], features=EVERYTHING))
    assert [told["outcome"] for told in context.report.outcomes] == ["done", "done"]
    assert sorted(listed(world, "follows", "follower", "followee")) == [(ME, person) for person in PEOPLE[:2]]
    assert sorted(listed(world, "messages", "recipient", "text")) == [(PEOPLE[0], "Hello"), (PEOPLE[1], "Good day")]
    assert sorted(listed(world, "comments", "text")) == [("Lovely",), ("Nice",)]
    assert len(set(listed(world, "likes", "username", "post"))) == len(listed(world, "likes", "post")) == 2


def patient(verb: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: until_done(lambda: verb(*given))


@pytest.mark.parametrize("seed", range(3))
def test_each_target_has_one_outcome_and_each_action_happens_once_whatever_crashes(
    context: RunContext, world: World, version: str, seed: int
) -> None:
    on_a_phone(context, world, version, rate=0.02, seed=seed, trouble=Killed)
    given = config(*PEOPLE[:2], features=EVERYTHING)

    def begin_anew() -> None:
        context.driver = None

    until_done(lambda: campaign(given), Killed, begin_anew)
    claims = context.ledger.pools.taken(context.task_id).items
    assert [(claim.target, claim.outcome) for claim in claims] == [(person, "done") for person in PEOPLE[:2]]
    assert sorted(listed(world, "follows", "follower", "followee")) == [(ME, person) for person in PEOPLE[:2]]
    assert len(listed(world, "messages", "recipient")) == len(listed(world, "comments", "text")) == 2
    assert len(set(listed(world, "likes", "username", "post"))) == len(listed(world, "likes", "post")) == 2
