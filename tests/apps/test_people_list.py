"""Lists of people are read to their end, whatever the version, and nobody in them is touched.

Uses person_0644 to person_0659.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.people_list import PeopleList, open_relations, open_results
from phonefleet.errors import PrivateAccount, TargetMissing, Transient
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.sample import SampleApp
from virtual_phones.sample.screens.profiles.people import MOST
from virtual_phones.world import World


def everybody(people: PeopleList) -> list[str]:
    return list(dict.fromkeys(name for screen in people.screens() for name in screen))


def without_repeats(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def test_a_long_list_of_followers_is_read_to_its_end_in_order(driver: AppDriver, world: World) -> None:
    found = everybody(open_relations(driver, "example_user", "followers"))
    assert found == world.followers("example_user")[:MOST]
    assert len(found) == MOST < len(world.followers("example_user"))


def test_a_list_that_fits_on_two_screens_is_read_whole(driver: AppDriver, world: World) -> None:
    found = everybody(open_relations(driver, "@person_0644", "following"))
    assert found == without_repeats(world.following("person_0644"))


def test_a_list_of_one_person_ends_at_once(driver: AppDriver, world: World) -> None:
    world.follow("shop_001", "studio_001")
    assert everybody(open_relations(driver, "studio_001", "followers")) == ["shop_001"]


def test_nobody_is_an_answer(driver: AppDriver) -> None:
    assert everybody(open_relations(driver, "studio_001", "following")) == []
    assert everybody(open_results(driver, "nobody_bears_this_name")) == []


@pytest.mark.parametrize("side", ["followers", "following"])
def test_a_private_account_is_told_from_an_empty_list(driver: AppDriver, side: str) -> None:
    with pytest.raises(PrivateAccount, match="@private_0044 is private: the app does not show its foll"):
        open_relations(driver, "private_0044", "followers" if side == "followers" else "following")


def test_a_user_who_does_not_exist_has_no_list(driver: AppDriver) -> None:
    with pytest.raises(TargetMissing):
        open_relations(driver, "nobody_at_all", "followers")


def test_search_results_are_read_past_what_loads(driver: AppDriver, world: World) -> None:
    expected = [account.username for account in world.search("person_064")]
    assert everybody(open_results(driver, "person_064")) == expected


def test_what_comes_over_a_list_does_not_shorten_it(driver: AppDriver, world: World, faults: Faults) -> None:
    people = open_relations(driver, "example_user", "followers")
    found: dict[str, None] = {}
    for number, screen in enumerate(people.screens()):
        found |= dict.fromkeys(screen)
        if number % 2:
            faults.order(Strike(Fault.POPUP_RATING))
    assert list(found) == world.followers("example_user")[:MOST]


def test_a_crash_in_the_middle_is_something_to_try_again(driver: AppDriver, world: World, app: SampleApp) -> None:
    screens = open_relations(driver, "example_user", "followers").screens()
    next(screens)
    app.crash()
    with pytest.raises(Transient):
        next(screens)
    assert everybody(open_relations(driver, "example_user", "followers")) == world.followers("example_user")[:MOST]


def test_reading_changes_nothing_in_the_world(driver: AppDriver, world: World) -> None:
    before = world.dump()
    everybody(open_relations(driver, "person_0645", "followers"))
    everybody(open_results(driver, "person_0645"))
    assert world.dump() == before
