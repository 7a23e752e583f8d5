"""The sample app, touched as a finger touches it."""

from __future__ import annotations

import pytest

from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, VERSIONS, SampleApp
from virtual_phones.screen.node import Node
from virtual_phones.world import Relation, World


def shown(phone: VirtualPhone, role: str) -> list[Node]:
    app = phone.apps[PACKAGE]
    wanted = VERSIONS[app.version_name].id(role)
    return [node for node in phone.tree().walk() if node.resource_id == wanted]


def texts(phone: VirtualPhone, role: str) -> list[str]:
    return [node.text.removeprefix("@") for node in shown(phone, role)]


def owner(phone: VirtualPhone, world: World, author: str) -> str:
    """Return what a post calls its author: version 3 by the display name."""
    by_handle = VERSIONS[phone.apps[PACKAGE].version_name].owners == "handle"
    return author if by_handle else world.account(author).name


def tap(phone: VirtualPhone, role: str, index: int = 0) -> None:
    center = shown(phone, role)[index].bounds.center
    phone.tap(center.x, center.y)


def scroll_down(phone: VirtualPhone) -> bool:
    return phone.swipe(540, 1900, 540, 700)


def open_user(phone: VirtualPhone, username: str) -> None:
    assert phone.open_link(f"sample://user/{username}", PACKAGE)


def test_it_starts_with_the_feed_of_newest_posts(phone: VirtualPhone, world: World) -> None:
    phone.start_app(PACKAGE)
    assert phone.foreground == (PACKAGE, ".FeedActivity")
    assert texts(phone, "post_owner") == [owner(phone, world, world.posts()[0].author)]


def test_the_feed_scrolls_on_and_on(phone: VirtualPhone, world: World) -> None:
    phone.start_app(PACKAGE)
    seen: list[str] = []
    for _ in range(60):
        if shown_now := texts(phone, "post_owner"):  # else more is loading
            seen += shown_now
            scroll_down(phone)
    assert seen == [owner(phone, world, post.author) for post in world.posts()[: len(seen)]]
    assert len(seen) > 40


def test_an_author_in_the_feed_leads_to_the_profile_and_back_returns(phone: VirtualPhone, world: World) -> None:
    phone.start_app(PACKAGE)
    tap(phone, "post_owner")
    assert texts(phone, "profile_username") == [world.posts()[0].author]
    phone.press("back")
    assert shown(phone, "feed")
    phone.press("back")
    assert phone.front is None


def test_a_follow_shows_at_once(phone: VirtualPhone, world: World) -> None:
    open_user(phone, "person_0001")
    assert texts(phone, "profile_button") == ["Follow"]
    tap(phone, "profile_button")
    assert texts(phone, "profile_button") == ["Following"]
    assert world.relation("shop_001", "person_0001") is Relation.FOLLOWING


def test_tapping_following_only_asks(phone: VirtualPhone, world: World) -> None:
    world.follow("shop_001", "person_0001")
    open_user(phone, "person_0001")
    tap(phone, "profile_button")
    assert shown(phone, "confirm_yes")
    tap(phone, "confirm_no")
    assert not shown(phone, "confirm_yes")
    assert world.relation("shop_001", "person_0001") is Relation.FOLLOWING


@pytest.mark.parametrize("leave", ["back", "beside"])
def test_a_question_can_be_left_unanswered(phone: VirtualPhone, world: World, leave: str) -> None:
    world.follow("shop_001", "person_0001")
    open_user(phone, "person_0001")
    tap(phone, "profile_button")
    if leave == "back":
        phone.press("back")
    else:
        phone.tap(540, 180)
    assert not shown(phone, "confirm")
    assert texts(phone, "profile_username") == ["person_0001"]
    assert world.relation("shop_001", "person_0001") is Relation.FOLLOWING


def test_confirming_unfollows(phone: VirtualPhone, world: World) -> None:
    world.follow("shop_001", "person_0001")
    open_user(phone, "person_0001")
    tap(phone, "profile_button")
    tap(phone, "confirm_yes")
    assert texts(phone, "profile_button") == ["Follow"]
    assert world.relation("shop_001", "person_0001") is Relation.NONE


def test_the_tap_on_a_dialogs_panel_does_not_reach_what_lies_below(phone: VirtualPhone, faults: Faults) -> None:
    open_user(phone, "person_0001")
    faults.order(Strike(Fault.POPUP_UPDATE))
    open_user(phone, "person_0002")
    panel = shown(phone, "update")[0].bounds
    phone.tap(panel.left + 2, panel.top + 2)
    phone.tap(540, 180)
    phone.press("back")
    assert shown(phone, "update"), "it stays until it is answered"


def test_a_person_in_a_list_can_be_followed_there(phone: VirtualPhone, world: World) -> None:
    open_user(phone, "example_user")
    tap(phone, "profile_followers")
    second = texts(phone, "people_username")[1]
    tap(phone, "people_button", 1)
    assert world.dump()["follows"][0]["followee"] == second


def test_a_long_list_loads_more_when_its_end_is_reached_and_ends_after_fifty_people(
    phone: VirtualPhone, world: World
) -> None:
    open_user(phone, "example_user")
    tap(phone, "profile_followers")
    username = VERSIONS[phone.apps[PACKAGE].version_name].id("people_username")
    seen: list[str] = []
    spinners = 0
    for _ in range(120):
        nodes = list(phone.tree().walk())
        names = [node.text.removeprefix("@") for node in nodes if node.resource_id == username]
        seen += [name for name in names if name not in seen]
        spinners += sum(node.content_desc == "Loading" for node in nodes)
        scroll_down(phone)
    assert seen == world.followers("example_user")[:50]
    assert spinners >= 2
    assert not scroll_down(phone)


def test_a_list_scrolls_back_to_its_beginning(phone: VirtualPhone) -> None:
    open_user(phone, "example_user")
    tap(phone, "profile_followers")
    first = texts(phone, "people_username")
    scroll_down(phone)
    assert texts(phone, "people_username") != first
    phone.swipe(540, 700, 540, 1900)
    assert texts(phone, "people_username") == first
    assert not phone.swipe(540, 700, 540, 1900)


def test_search_answers_while_typing(phone: VirtualPhone, world: World) -> None:
    phone.start_app(PACKAGE)
    tap(phone, "tab_search")
    assert texts(phone, "search_username") == []
    tap(phone, "search_field")
    phone.type_text("person_0001")
    found = texts(phone, "search_username")
    assert found == [account.username for account in world.search("person_0001")][: len(found)]
    phone.type_text(" no such name")
    assert shown(phone, "search_nothing")


def test_an_unknown_user_is_not_found(phone: VirtualPhone) -> None:
    open_user(phone, "no%20such%2Fuser")
    assert texts(phone, "missing") == ["User not found"]
    assert not shown(phone, "profile_button")


@pytest.mark.parametrize(
    "url", ["sample://user/", "sample://planet/x", "https://user/x", "sample:user/x", "", "sample://[user/x"]
)
def test_a_link_of_another_kind_is_not_handled(app: SampleApp, url: str) -> None:
    assert not app.open_link(url)
    assert not app.running


def test_the_switcher_marks_the_active_account(phone: VirtualPhone, app: SampleApp) -> None:
    phone.start_app(PACKAGE)
    tap(phone, "tab_me")
    assert shown(phone, "profile_edit")
    tap(phone, "switcher_open")
    assert texts(phone, "switcher_username") == ["shop_001", "studio_001"]
    tap(phone, "switcher_username", 1)
    assert app.me == "studio_001"
    assert phone.toast() == "Now you are studio_001"
    tap(phone, "tab_me")
    assert texts(phone, "profile_username") == ["studio_001"]


def test_looking_never_draws_a_fault(phone: VirtualPhone, faults: Faults) -> None:
    phone.start_app(PACKAGE)
    faults.order(Strike(Fault.CRASH))
    for _ in range(10):
        assert phone.tree()
    assert phone.front is not None
    tap(phone, "tab_search")
    assert phone.front is None


def test_an_app_that_does_not_respond_can_be_waited_for_or_closed(phone: VirtualPhone, faults: Faults) -> None:
    for button, running in (("aerr_wait", True), ("aerr_close", False)):
        faults.order(Strike(Fault.ANR))
        phone.start_app(PACKAGE)
        node = next(node for node in phone.tree().walk() if node.resource_id == f"android:id/{button}")
        assert node.package == "android"
        phone.tap(node.bounds.center.x, node.bounds.center.y)
        assert any(node.package == "android" for node in phone.tree().walk()), "it fades"
        phone.windows()
        assert (phone.front is not None) is running
        assert all(node.package != "android" for node in phone.tree().walk())


def test_a_challenge_outlasts_a_restart_until_a_person_answers(phone: VirtualPhone, faults: Faults) -> None:
    faults.order(Strike(Fault.CHALLENGE))
    phone.start_app(PACKAGE)
    phone.stop_app(PACKAGE)
    phone.start_app(PACKAGE)
    assert shown(phone, "challenge")
    assert not shown(phone, "tab_home")
    tap(phone, "challenge_code")
    phone.type_text("12345")
    tap(phone, "challenge_send")
    assert shown(phone, "challenge")
    phone.type_text("6")
    tap(phone, "challenge_send")
    assert shown(phone, "feed")


def test_who_was_signed_out_stays_so_until_a_person_signs_in_again(
    phone: VirtualPhone, faults: Faults, app: SampleApp
) -> None:
    faults.order(Strike(Fault.SIGNED_OUT))
    phone.start_app(PACKAGE)
    phone.stop_app(PACKAGE)
    phone.start_app(PACKAGE)
    assert len(shown(phone, "sign_in")) == 2
    assert not shown(phone, "feed")
    app.recover()
    assert app.me == "shop_001"
    assert shown(phone, "feed")


def test_an_update_ends_the_app_and_the_next_start_shows_the_next_version(
    phone: VirtualPhone, faults: Faults, app: SampleApp
) -> None:
    versions = sorted(VERSIONS)
    following = versions[min(versions.index(app.version_name) + 1, len(versions) - 1)]
    phone.start_app(PACKAGE)
    faults.order(Strike(Fault.UPDATED))
    tap(phone, "tab_search")
    assert phone.front is None
    phone.start_app(PACKAGE)
    assert app.version_name == following
    assert shown(phone, "feed")


def test_a_blocked_follow_does_not_happen_and_the_next_one_does(
    phone: VirtualPhone, faults: Faults, world: World
) -> None:
    faults.order(Strike(Fault.ACTION_BLOCKED))
    open_user(phone, "person_0001")
    tap(phone, "profile_button")
    assert texts(phone, "blocked_title") == ["Action blocked"]
    assert world.dump()["follows"] == []
    tap(phone, "blocked_ok")
    tap(phone, "profile_button")
    assert len(world.dump()["follows"]) == 1


def test_cleared_data_ask_for_a_sign_in(phone: VirtualPhone, app: SampleApp) -> None:
    app.clear()
    phone.start_app(PACKAGE)
    assert texts(phone, "sign_in") == ["Continue as shop_001", "Continue as studio_001"]
    tap(phone, "sign_in", 1)
    assert app.me == "studio_001"
    assert shown(phone, "feed")


@pytest.mark.parametrize(("width", "height"), [(1080, 2400), (720, 1280), (1440, 3200), (2400, 1080)])
def test_the_layout_fits_any_display(app: SampleApp, width: int, height: int) -> None:
    app.open_link("sample://user/person_0001")
    tree = app.tree(width, height)
    assert (tree.bounds.width, tree.bounds.height) == (width, height)
    tab = next(node for node in tree.walk() if node.resource_id == VERSIONS[app.version_name].id("tab_home"))
    assert 0 <= height - tab.bounds.bottom <= 2
    assert tab.bounds.height > 0
