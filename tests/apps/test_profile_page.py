"""Following and unfollowing through the screens of the sample app, in both of its versions."""

from __future__ import annotations

import pytest

from phonefleet.apps.pages import ProfilePage, Relation
from phonefleet.errors import TargetMissing
from virtual_phones.direct import DirectPhone
from virtual_phones.sample import SampleApp
from virtual_phones.world import Relation as WorldRelation
from virtual_phones.world import World


def follows(world: World) -> list[tuple[str, str]]:
    return [(each["follower"], each["followee"]) for each in world.dump()["follows"]]


def test_a_follow_by_link_happens_once_and_shows(page: ProfilePage, world: World) -> None:
    page.open_direct("@example_user")
    assert page.username() == "example_user"
    assert page.relation() is Relation.NONE
    page.follow()
    assert page.relation() is Relation.FOLLOWING
    assert follows(world) == [("shop_001", "example_user")]


def test_an_unfollow_is_confirmed_and_shows(page: ProfilePage, world: World) -> None:
    world.follow("shop_001", "person_0500")
    page.open_direct("person_0500")
    assert page.relation() is Relation.FOLLOWING
    page.unfollow()
    assert page.relation() is Relation.NONE
    assert world.relation("shop_001", "person_0500") is WorldRelation.NONE


def test_a_private_account_is_requested_and_the_request_can_be_taken_back(page: ProfilePage, world: World) -> None:
    page.open_direct("private_0001")
    page.follow()
    assert page.relation() is Relation.REQUESTED
    page.unfollow()
    assert page.relation() is Relation.NONE
    assert [len(world.dump()["follows"]), len(world.dump()["unfollows"])] == [1, 1]


def test_ones_own_profile_is_recognized(page: ProfilePage) -> None:
    page.open_direct("shop_001")
    assert page.relation() is Relation.SELF


@pytest.mark.parametrize("username", ["example_user", "person_0001", "@Person_0017", "person_0999"])
def test_search_picks_the_exact_name_among_look_alikes(page: ProfilePage, world: World, username: str) -> None:
    page.open_search(username)
    page.follow()
    assert page.relation() is Relation.FOLLOWING
    assert follows(world) == [("shop_001", username.removeprefix("@").lower())]


def test_search_scrolls_through_lazily_loaded_results(page: ProfilePage, world: World) -> None:
    names = [account.username for account in world.search("example_user")]
    assert names.index("example_user") >= 2 * 20, "it stands behind two pages of look-alikes"
    page.open_search("example_user")
    assert page.username() == "example_user"


@pytest.mark.parametrize("username", ["nobody_here", "person_0001_nope", "a/../b c?d=é&"])
def test_a_user_that_does_not_exist_is_missing_by_link(page: ProfilePage, username: str) -> None:
    with pytest.raises(TargetMissing, match="knows no user"):
        page.open_direct(username)


@pytest.mark.parametrize("username", ["nobody_here", "person_", "xample_user"])
def test_a_name_that_only_others_contain_is_missing_in_search(page: ProfilePage, username: str) -> None:
    with pytest.raises(TargetMissing, match="finds no user"):
        page.open_search(username)


def test_search_works_from_any_screen(page: ProfilePage, app: SampleApp) -> None:
    page.open_direct("person_0002")
    page.open_search("person_0003")
    assert page.username() == "person_0003"
    page.open_search("person_0004")
    assert page.username() == "person_0004"
    assert app.activity == ".ProfileActivity"


def test_a_list_of_other_people_is_no_profile_to_act_on(page: ProfilePage, phone: DirectPhone, world: World) -> None:
    page.open_direct("example_user")
    counts = next(node for node in phone.virtual.tree().walk() if "followers" in node.text.lower())
    phone.tap(counts.bounds.center)
    assert any(node.text == "Follow" for node in phone.virtual.tree().walk())
    with pytest.raises(Exception, match="does not show follow_button"):
        page.follow()
    assert follows(world) == []
