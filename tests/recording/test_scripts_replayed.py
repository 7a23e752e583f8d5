"""What each script does is recorded, masked, replayed, and done again on the replay, with the same touches.

Uses person_0801 to person_0809.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect.logging import disable_run_logger

from phonefleet.apps import load_profile
from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.pages.post_ref import post_at
from phonefleet.device.phone import Phone
from phonefleet.recording.course import Course
from phonefleet.recording.deeds import Started, Typed
from phonefleet.recording.folder import RecordedApp, mask_of, write
from phonefleet.recording.likeness import exact
from phonefleet.recording.recorded_phone import RecordedPhone
from phonefleet.scripts.account_warmup import AccountWarmupConfig
from phonefleet.scripts.change_profile import ProfileConfig
from phonefleet.scripts.comment import CommentConfig
from phonefleet.scripts.message import MessageConfig
from phonefleet.scripts.post import PostConfig
from phonefleet.scripts.scrape_user import ScrapeUserConfig
from phonefleet.scripts.super_marketing import SuperMarketingConfig
from tasks import marketing, pool, posts, progress, showing, warming
from tasks.accounts import match_signed_in, switch_account
from tasks.collecting import collect_people, sources
from tasks.comments import comment_on_post
from tasks.context import RunContext
from tasks.marketing import work_on
from tasks.messages import send_message
from tasks.people import follow_user, unfollow_user
from tasks.pool import visits
from tasks.posts import favorite_post, follow_author, like_post, newest_posts, watch_post
from tasks.profile_editing import set_bio, set_nickname
from tasks.publishing import publish_post
from tasks.warming import WarmUpRun
from tests.media_files import picture, written
from tests.tasks.on_phones import another_task
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone
from virtual_phones.replay.manifest import load
from virtual_phones.replay.phone import ReplayPhone
from virtual_phones.replay.touches import TouchLog
from virtual_phones.sample import PACKAGE, SampleApp
from virtual_phones.world import World

Who = Callable[[str], str]
"""Returns how somebody is called: on the replay, by a masked name."""


@dataclass(frozen=True)
class Run:
    """One run of a script: whose phone, what is published there, and how people are called."""

    context: RunContext
    posts: Sequence[str]
    who: Who
    pictures: Path


def follow(run: Run) -> object:
    return [follow_user.fn(run.who("person_0801"), "search"), follow_user.fn(run.who("person_0802"), "direct")]


def unfollow(run: Run) -> object:
    return unfollow_user.fn(run.who("person_0803"), "direct")


def like(run: Run) -> object:
    outcomes: list[object] = []
    for chosen in newest_posts.fn(run.who("person_0801"), 1):
        post = watch_post.fn(chosen, (0, 0))
        assert post is not None
        outcomes += [like_post.fn(post), favorite_post.fn(post), like_post.fn(post)]
    return outcomes


def comment(run: Run) -> object:
    config = CommentConfig.model_validate({"target_post_urls": [run.posts[0]], "comment_content": "Lovely bread"})
    return comment_on_post.fn(post_at(run.posts[0]), config)


def message(run: Run) -> object:
    config = MessageConfig.model_validate({"target_users": ["x"], "message_contents": "Good morning"})
    return send_message.fn(run.who("person_0801"), config, "direct")


def change_profile(run: Run) -> object:
    assert run.context.account
    bios = ProfileConfig.model_validate({"bios": "Tea and bread"}).bios
    return [set_nickname.fn((run.who("Corner Shop"),), "random"), set_bio.fn(bios, "random")]


def post(run: Run) -> object:
    config = {
        "content_type": 1,
        "material_source": "localFolder",
        "captions": "Fresh bread",
        "sound_name": "Night Train",
    }
    return publish_post.fn(PostConfig.model_validate({**config, "material_path": str(run.pictures)}))


def account_warmup(run: Run) -> object:
    assert run.context.account
    wanted = AccountWarmupConfig.model_validate(
        {"min_duration": 10, "max_duration": 20, "task_duration": 60, "like_probable": 100, "floow_probable": 100}
    )
    warming_up = WarmUpRun(wanted)
    watched = 0
    for each in warming_up.posts():
        watched += 1
        warming_up.perhaps("like", wanted.like_probable, like_post.fn, each)
        warming_up.perhaps("follow", wanted.floow_probable, follow_author, each)
    return watched


def scrape_user(run: Run) -> object:
    config = ScrapeUserConfig.model_validate({"target_username": run.who("example_user"), "max_scrape_count": 25})
    return [collect_people.fn(source, config) for source in sources(config)]


def super_marketing(run: Run) -> object:
    config = SuperMarketingConfig.model_validate(
        {
            "targets": [run.who("person_0801")],
            "features": {"followUsers": True, "sendDM": True, "boostPosts": True, "massComment": True},
            "dmSettings": {"message_contents": ["Hello"]},
            "commentSettings": {"comment_content": ["Nice"]},
            "postSettings": {"view_durations": [0, 0]},
            "task_interval": [0, 0],
        }
    )
    for visit in visits(config):
        with visit:
            work_on(visit, config)
    return [told["outcome"] for told in run.context.report.outcomes]


def match_accounts(run: Run) -> object:
    match_signed_in.fn()
    switch_account.fn(run.who("studio_001"))
    return [told["outcome"] for told in run.context.report.outcomes if told["outcome"] == "signed in"]


SCRIPTS: Sequence[Callable[[Run], object]] = (
    follow, unfollow, like, comment, message, change_profile, post, account_warmup, scrape_user, super_marketing,
    match_accounts,
)  # fmt: skip


def nothing_shown(*_: object) -> None:
    """Show nothing in Prefect: there is none here."""


@pytest.fixture(autouse=True)
def _without_prefect(monkeypatch: pytest.MonkeyPatch, context: RunContext) -> Iterator[None]:
    tasks: dict[Any, tuple[str, ...]] = {
        marketing: (
            "follow_user", "unfollow_user", "send_message", "like_post", "watch_post", "comment_on_post",
            "newest_posts", "identify_post",
        ),
        pool: ("pause_between",), posts: ("find_author", "follow_user"),
        warming: ("watch_next_post", "comment_on_post"),
    }  # fmt: skip
    for module, names in tasks.items():
        for name in names:
            monkeypatch.setattr(module, name, getattr(module, name).fn)
    monkeypatch.setattr(progress, "begin_progress", nothing_shown)
    monkeypatch.setattr(showing, "_shown", nothing_shown)
    context.request_id = uuid4()
    with disable_run_logger():
        yield


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    written(tmp_path / "shop" / "1.jpg", picture(colour="#110000"))
    return tmp_path / "shop"


def on(context: RunContext, phone: Phone, account: str) -> Course:
    """Let a new task work on a phone, and return what it does there."""
    another_task(context)
    course = Course(exact)
    context.phone, context.account, context.driver = RecordedPhone(phone, PACKAGE, course), account, None
    context.rng, context.request_id, context.report.outcomes = random.Random(1), uuid4(), []
    return course


def finished(context: RunContext) -> None:
    assert isinstance(context.phone, RecordedPhone)
    context.phone.finish()


def sample_phone(world: World, version: str) -> VirtualPhone:
    faults = Faults()
    return VirtualPhone("serial", "Test", faults, [SampleApp(world, world.signed_in(1), faults, version)])


def done(course: Course, words: Callable[[str], str]) -> list[str]:
    """Return what was done to the app, in order, in masked words."""
    deeds = (visit.deed for visit in course.visits)
    return [words(deed.said()) for deed in deeds if deed is not None and not isinstance(deed, Started)]


def profile_for(version: str) -> VersionProfile:
    return load_profile("sample").for_version(version)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_a_script_does_the_same_on_the_replay_of_its_recording(  # noqa: PLR0913, PLR0917 - fixtures
    context: RunContext, world: World, version: str, script: Callable[[Run], object], pictures: Path, tmp_path: Path
) -> None:
    account = world.signed_in(1)[0]
    urls = [f"sample://post/{world.publish('person_0801', 'Fresh bread')}"]
    world.follow(account, "person_0803")
    phone = DirectPhone(sample_phone(world, version))
    recorded = on(context, phone, account)
    first = script(Run(context, urls, str, pictures))
    finished(context)
    app = RecordedApp(PACKAGE, version, ".MainActivity", phone.language(PACKAGE))
    write(tmp_path / "screens", app, recorded, profile_for(version))
    mask = mask_of(recorded, profile_for(version))

    log = TouchLog()
    replay = DirectPhone(ReplayPhone("replay", "Test", Faults(), load(tmp_path / "screens"), log))
    masked = on(context, replay, mask.label(account))
    assert script(Run(context, urls, mask.label, pictures)) == first
    finished(context)
    assert done(masked, str) == done(recorded, mask.text)
    touched = [touch.kind for touch in log.all()]
    assert touched.count("text") == sum(isinstance(visit.deed, Typed) for visit in recorded.visits)
    assert touched.count("tap") == sum(said.startswith(("tap", "text")) for said in done(recorded, str))
