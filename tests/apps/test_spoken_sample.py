"""The third version of the sample app in each of its languages: with cards of strangers, padded labels and dialogs."""

from __future__ import annotations

import random

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.loading import load_profile
from phonefleet.apps.pages.comments import CommentsPage, Presence
from phonefleet.apps.pages.people_list import open_relations
from phonefleet.apps.pages.post import Mark, PostKind, PostPage
from phonefleet.apps.pages.post_ref import post_at
from phonefleet.apps.pages.posts_of_user import PostsOfUser
from phonefleet.apps.pages.thread import ThreadPage
from phonefleet.apps.pages.user_profile import ProfilePage, Relation
from phonefleet.clock import Clock, StopSignal
from phonefleet.errors import Challenge, ElementMissing, UnknownScreen, UnsupportedApp
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, SampleApp
from virtual_phones.sample.manners import Manners
from virtual_phones.sample.system_dialogs import MAKERS
from virtual_phones.world import World

ME, OWNER = "shop_001", "person_0003"
BORROWER = "person_0004"
"""Somebody whose display name is the handle of the next person."""


@pytest.fixture(params=["en-US", "ru-RU", "fr-FR"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def app(world: World, faults: Faults, language: str) -> SampleApp:
    app = SampleApp(world, world.signed_in(1), faults, "3.2.0", language[:2])
    app.manners = Manners(suggestions=True, padded=True, seed=len(language))
    return app


@pytest.fixture
def phone(app: SampleApp, faults: Faults) -> DirectPhone:
    return DirectPhone(VirtualPhone("phone-1", "Test", faults, [app]))


@pytest.fixture
def driver(phone: DirectPhone, clock: Clock, stop: StopSignal, language: str) -> AppDriver:
    return AppDriver(phone, load_profile("sample").for_version("3.2.0", language), clock, stop, random.Random(1))


def follows(world: World) -> list[tuple[str, str]]:
    return [(event["follower"], event["followee"]) for event in world.dump()["follows"]]


@pytest.mark.parametrize("seed", range(4))
def test_a_follow_touches_the_owner_and_no_stranger_below(
    driver: AppDriver, app: SampleApp, world: World, seed: int
) -> None:
    app.manners = Manners(suggestions=True, padded=True, seed=seed)
    page = ProfilePage(driver)
    page.open_direct(OWNER)
    assert page.relation() is Relation.NONE
    page.follow()
    assert page.relation() is Relation.FOLLOWING, "though cards of strangers say that they can be followed"
    assert follows(world) == [(ME, OWNER)]
    page.unfollow()
    assert page.relation() is Relation.NONE
    assert [event["followee"] for event in world.dump()["unfollows"]] == [OWNER]


def test_a_private_account_is_asked(driver: AppDriver, world: World) -> None:
    page = ProfilePage(driver)
    page.open_direct("private_0001")
    page.follow()
    assert page.relation() is Relation.REQUESTED
    assert page.is_private()
    assert follows(world) == [(ME, "private_0001")]


@pytest.mark.parametrize("mark", ["like", "favorite", "repost", "share"])
def test_a_mark_lights_the_icon_of_its_button(driver: AppDriver, world: World, mark: Mark) -> None:
    post = world.publish(OWNER, "Fresh bread")
    page = PostPage(driver, post_at(f"sample://post/{post}"))
    page.open()
    assert (page.kind(), page.is_lit(mark)) == (PostKind.PLAIN, False)
    page.prepare(mark)
    page.touch(mark)
    assert page.is_lit(mark)


def test_the_author_is_known_by_the_handle_of_the_profile_and_not_by_the_name_on_the_post(
    driver: AppDriver, world: World
) -> None:
    post = world.publish(BORROWER, "Fresh bread")
    page = PostPage(driver, post_at(f"sample://post/{post}"))
    page.open()
    shown = driver.find(driver.look(), "post_owner")
    assert shown is not None
    assert "person_0005" in shown.label, "a name that is somebody else's handle"
    assert page.author() == BORROWER
    assert page.is_open(), "the same post shows again"


def test_a_post_in_the_name_of_somebody_else_is_not_taken_for_that_persons(driver: AppDriver, world: World) -> None:
    post = world.publish(BORROWER, "Fresh bread")
    page = PostPage(driver, post_at(f"sample://post/{post}", author="person_0005"))
    with pytest.raises(ElementMissing, match="by @person_0004"):
        page.open()


def test_a_comment_is_written_once(driver: AppDriver, world: World) -> None:
    page = CommentsPage(driver, post_at(f"sample://post/{world.publish(OWNER, 'Fresh bread')}"))
    page.open()
    page.write("So nice")
    page.send()
    assert page.search(ME, "So nice") is Presence.THERE
    assert [event["text"] for event in world.dump()["comments"]] == ["So nice"]


def test_a_message_reaches_its_partner(driver: AppDriver, world: World) -> None:
    profile, thread = ProfilePage(driver), ThreadPage(driver)
    profile.open_direct(OWNER)
    thread.open_from(profile)
    thread.write("Hello")
    thread.send()
    assert [(event["recipient"], event["text"]) for event in world.dump()["messages"]] == [(OWNER, "Hello")]


def test_posts_and_followers_are_read(driver: AppDriver, world: World) -> None:
    plain = [post.id for post in world.posts_of("example_user") if post.kind == "plain"]
    assert [ref.id for ref in PostsOfUser(driver, "example_user").newest(3)] == plain[:3]
    followers = [name for screen in open_relations(driver, OWNER, "followers").screens() for name in screen]
    assert set(followers) == set(world.followers(OWNER))


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_permissions_are_refused_twice_and_the_follow_is_done_once(
    driver: AppDriver, app: SampleApp, faults: Faults, world: World, maker: str
) -> None:
    app.maker = MAKERS[maker]
    page = ProfilePage(driver)
    for _ in range(2):
        faults.order(Strike(Fault.PERMISSION))
        page.open_direct(OWNER)
    page.follow()
    assert page.relation() is Relation.FOLLOWING
    assert [effect for _, effect in app.answers] == ["refuse", "refuse"]
    assert follows(world) == [(ME, OWNER)]


@pytest.mark.parametrize("fault", [Fault.ANR, Fault.BATTERY_DIALOG, Fault.USB_DIALOG, Fault.POPUP_UPDATE])
def test_a_dialog_that_fades_is_answered_once(
    driver: AppDriver, app: SampleApp, faults: Faults, world: World, fault: Fault
) -> None:
    faults.order(Strike(fault))
    page = ProfilePage(driver)
    page.open_direct(OWNER)
    assert page.relation() is Relation.NONE
    assert "grant" not in {effect for _, effect in app.answers}
    assert len(app.answers) <= 1
    assert follows(world) == []


@pytest.mark.parametrize(("fault", "error"), [(Fault.STOP, Challenge), (Fault.UNKNOWN_SCREEN, UnknownScreen)])
def test_a_stop_and_an_unknown_screen_call_a_person_and_nothing_is_touched(
    driver: AppDriver, phone: DirectPhone, faults: Faults, fault: Fault, error: type[Exception]
) -> None:
    faults.order(Strike(fault))
    phone.launch(PACKAGE)
    before = phone.virtual.apps[PACKAGE].activity
    with pytest.raises(error):
        ProfilePage(driver).open_direct(OWNER)
    assert phone.virtual.apps[PACKAGE].activity == before == ".ModalActivity"


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(UnsupportedApp, match="the phone shows the app in de-DE"):
        load_profile("sample").for_version("3.2.0", "de-DE")
