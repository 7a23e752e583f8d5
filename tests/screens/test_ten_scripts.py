"""Each of the ten scripts, from the account switcher to its end, on saved screens in three languages.

What counts is what was touched: all of it, in order, and nobody else's.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image

from phonefleet.scripts import SCRIPTS
from tests.screens import replayed, scenes
from tests.screens.building import Box
from tests.screens.lane import Lane, Run, inside
from tests.screens.recording import Recording
from tests.screens.replayed import CONFIRM, FOLLOW, LIKE, ME, MESSAGE, OTHER, OWNER, POST, SAVE, SEND
from tests.screens.wording import LANGUAGES

WAYS: dict[str, Callable[[str], Recording]] = {
    "follow": scenes.following,
    "unfollow": scenes.unfollowing,
    "like": scenes.liking,
    "comment": scenes.commenting,
    "message": scenes.writing,
    "post": scenes.posting,
    "account_warmup": scenes.warming,
    "super_marketing": scenes.marketing,
    "profile": scenes.editing,
    "scrape_user": scenes.collecting,
}
RECORDINGS = {f"{script} {language}": way(language) for script, way in WAYS.items() for language in LANGUAGES}

RECORDINGS["post with a title"] = scenes.posting(LANGUAGES[0], titled=True)

TO_THE_ACCOUNTS = [("home", "tab_d"), ("me", "switch")]
"""What each script touches first: it makes sure which account acts."""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language of the made-up app."""
    return request.param


def touched(run: Run) -> list[tuple[str | None, str]]:
    """Return where and which elements were tapped after the look at the accounts, and see that this came first."""
    found = [(each.screen, each.id.partition("/")[2]) for each in run.taps()]
    assert found[:2] == TO_THE_ACCOUNTS
    return found[2:]


def on(run: Run, screen: str, box: Box) -> bool:
    """Tell whether a screen was touched once, inside of a rectangle."""
    taps = run.taps(screen)
    return len(taps) == 1 and inside(taps[0], box)


def test_follow_touches_the_owners_button_and_nothing_else(lane: Lane, language: str) -> None:
    run = lane.run("follow", f"follow {language}", replayed.NAME, ME, target_users=[OWNER])
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert touched(run) == [("kim", "rel")]
    assert on(run, "kim", FOLLOW)


def test_unfollow_touches_the_owners_button_and_confirms(lane: Lane, language: str) -> None:
    run = lane.run("unfollow", f"unfollow {language}", replayed.NAME, ME, target_users=[OWNER])
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert [screen for screen, _ in touched(run)] == ["kim", "sheet"]
    assert on(run, "kim", FOLLOW)
    assert on(run, "sheet", CONFIRM)


def test_like_touches_the_heart_of_the_persons_post(lane: Lane, language: str) -> None:
    run = lane.run("like", f"like {language}", replayed.NAME, ME, target_users=[OWNER], view_duration=[1, 2])
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert touched(run) == [("kim", "tile"), ("post", "heart")]
    assert on(run, "post", LIKE)


def test_comment_writes_once_and_sends_once(lane: Lane, language: str) -> None:
    run = lane.run(
        "comment",
        f"comment {language}",
        replayed.NAME,
        ME,
        target_post_urls=["replayed://post/7"],
        comment_content=[scenes.COMMENT],
    )
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert {screen for screen, _ in touched(run)} == {"post", "comments"}
    assert (
        on(run, "comments", SEND)
        or [each for each in run.taps("comments") if inside(each, SEND)] == run.taps("comments")[-1:]
    )
    assert [each.value for each in run.touches if each.kind == "text"] == [scenes.COMMENT]


def test_message_writes_into_the_persons_conversation_and_sends_once(lane: Lane, language: str) -> None:
    run = lane.run(
        "message", f"message {language}", replayed.NAME, ME, target_users=[OWNER], message_contents=[scenes.TEXT]
    )
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert on(run, "kim", MESSAGE)
    assert [inside(each, SEND) for each in run.taps("thread")].count(True) == 1
    assert [each.value for each in run.touches if each.kind == "text"] == [scenes.TEXT]


def test_post_publishes_once(lane: Lane, language: str) -> None:
    picture = lane.home / "bread.jpg"
    Image.new("RGB", (64, 64), "#c83").save(picture)
    run = lane.run(
        "post",
        f"post {language}",
        replayed.NAME,
        ME,
        content_type=1,
        captions=[scenes.CAPTION],
        material_list=[str(picture)],
        post_way="share",
    )
    assert run.completed, run.remark
    assert run.states() == ["done"]
    assert [inside(each, POST) for each in run.taps("form")].count(True) == 1
    assert {screen for screen, _ in touched(run)} == {"form", "me after"}


@pytest.mark.parametrize(
    ("form", "typed"),
    [("post with a title", ["Bread", scenes.CAPTION]), (f"post {LANGUAGES[0]}", [f"Bread\n{scenes.CAPTION}"])],
)
def test_a_title_goes_into_its_box_where_there_is_one(lane: Lane, form: str, typed: list[str]) -> None:
    picture = lane.home / "bread.jpg"
    Image.new("RGB", (64, 64), "#c83").save(picture)
    config = {"content_type": 1, "material_list": [str(picture)], "captions": f"Bread##{scenes.CAPTION}"}
    run = lane.run("post", form, replayed.NAME, ME, **config)
    assert [each.value for each in run.touches if each.kind == "text"] == typed
    assert run.completed, run.remark
    assert run.states() == ["done"]


def test_account_warmup_likes_what_it_watches_and_no_advertisement(lane: Lane, language: str) -> None:
    run = lane.run(
        "account_warmup",
        f"account_warmup {language}",
        replayed.NAME,
        ME,
        task_duration=400,
        min_duration=20,
        max_duration=20,
        like_probable=100,
    )
    assert run.completed, run.remark
    assert run.states() == ["done", "done"]
    hearts = [(each.screen, inside(each, LIKE)) for each in run.taps() if each.id.endswith("/heart")]
    assert hearts == [("home", True), ("third", True)]
    assert run.taps("second") == []


def test_super_marketing_touches_only_its_targets(lane: Lane, language: str) -> None:
    run = lane.run(
        "super_marketing",
        f"super_marketing {language}",
        replayed.NAME,
        ME,
        data_source_type="usernames",
        targets=[OWNER, OTHER],
        features={"followUsers": True, "sendDM": True, "boostPosts": True},
        dmSettings={"message_contents": [scenes.TEXT]},
        task_interval=[0, 0],
        postSettings={"max_posts_count": 1, "view_durations": [1, 2]},
    )
    assert run.completed, run.remark
    assert {each["target"]: each["outcome"] for each in run.outcomes} == {OWNER: "done", OTHER: "done"}
    by_follow = [
        each for each in run.taps() if inside(each, FOLLOW) and each.screen in {OWNER, OTHER, f"{OWNER} after"}
    ]
    assert [each.screen for each in by_follow] == [OWNER]
    assert [each.screen for each in run.taps() if each.id.endswith("/heart")] == [
        f"post of {OWNER}",
        f"post of {OTHER}",
    ]
    assert [each.screen for each in run.taps() if inside(each, SEND) and each.id.endswith("/send")] == [
        f"thread with {OWNER}"
    ]


def test_profile_saves_the_name_and_the_biography(lane: Lane, language: str) -> None:
    run = lane.run("profile", f"profile {language}", replayed.NAME, ME, nicknames=[scenes.NAME], bios=[scenes.BIO])
    assert run.completed, run.remark
    assert run.states() == ["done", "done"]
    saved = [each.screen for each in run.taps() if inside(each, SAVE) and each.id.endswith("/keep")]
    assert saved == ["editor", "editor named"]
    assert [each.value for each in run.touches if each.kind == "text"] == [scenes.NAME, scenes.BIO]


def test_scrape_user_reads_the_list_to_its_end_and_touches_no_row(lane: Lane, language: str) -> None:
    run = lane.run(
        "scrape_user", f"scrape_user {language}", replayed.NAME, ME, scrape_mode="followers", target_username=[OWNER]
    )
    assert run.completed, run.remark
    assert sorted(run.people) == sorted({name for names in scenes.PAGES for name in names})
    assert {screen for screen, _ in touched(run)} == {"kim"}
    swipes = [each for each in run.touches if each.kind == "swipe"]
    assert swipes
    assert all(each.package == replayed.PACKAGE for each in swipes)


def test_each_of_the_scripts_has_a_way_through_the_made_up_app() -> None:
    assert set(WAYS) == set(SCRIPTS)
