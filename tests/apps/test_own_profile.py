"""Editing the active account's own profile on the screens of the sample app, in both of its versions."""

from __future__ import annotations

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.edit_profile import Field, OwnProfile, Shown
from phonefleet.errors import ActionBlocked, ElementMissing, Rejected, UsernameTaken
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.sample import SampleApp
from virtual_phones.world import World


@pytest.fixture
def own(driver: AppDriver) -> OwnProfile:
    return OwnProfile(driver, ["shop_001", "corner_shop"])


def change(own: OwnProfile, field: Field, value: str) -> None:
    own.open()
    own.edit()
    own.enter(field, value)
    own.save()


def changes(world: World) -> list[tuple[str, str]]:
    return [(each["field"], each["value"]) for each in world.dump()["profile_changes"]]


def test_every_field_changes_once_and_shows(own: OwnProfile, world: World) -> None:
    change(own, "nickname", "Shop on the corner")
    change(own, "bio", "Tea\nand cake ☕")
    change(own, "link", "https://shop.example/a?b=c")
    change(own, "username", "corner_shop")
    assert own.read() == Shown("Shop on the corner", "corner_shop", "Tea\nand cake ☕", "https://shop.example/a?b=c")
    assert changes(world) == [
        ("name", "Shop on the corner"),
        ("bio", "Tea\nand cake ☕"),
        ("link", "https://shop.example/a?b=c"),
        ("username", "corner_shop"),
    ]


def test_the_accounts_of_the_phone_follow_a_new_username(own: OwnProfile, app: SampleApp) -> None:
    change(own, "username", "corner_shop")
    assert (app.me, list(app.accounts)) == ("corner_shop", ["corner_shop", "studio_001"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "Not Allowed"),
        ("username", "x"),
        ("username", "x" * 25),
        ("nickname", "n" * 31),
        ("bio", "b" * 81),
        ("link", "no link"),
    ],
)
def test_what_the_app_does_not_take_is_said_in_its_words(
    own: OwnProfile, world: World, field: Field, value: str
) -> None:
    with pytest.raises(Rejected, match="the app says: "):
        change(own, field, value)
    assert changes(world) == []
    own.open()
    assert own.read().username == "shop_001"


def test_a_username_that_is_taken_is_recognized(own: OwnProfile, world: World) -> None:
    with pytest.raises(UsernameTaken):
        change(own, "username", "person_0770")
    own.enter("username", "corner_shop")
    own.save()
    assert changes(world) == [("username", "corner_shop")]


def test_saving_without_a_change_changes_nothing(own: OwnProfile, world: World) -> None:
    own.open()
    own.edit()
    own.save()
    assert changes(world) == []


def test_another_picture_looks_different(own: OwnProfile, world: World) -> None:
    own.open()
    before = own.avatar()
    assert not own.avatar().differs_from(before)
    own.edit()
    own.pick_avatar()
    own.save()
    own.open()
    assert own.avatar().differs_from(before)
    assert [field for field, _ in changes(world)] == ["avatar"]


def test_a_blocked_change_does_not_happen(own: OwnProfile, world: World, faults: Faults) -> None:
    own.open()
    own.edit()
    own.enter("bio", "new")
    faults.order(Strike(Fault.ACTION_BLOCKED))
    with pytest.raises(ActionBlocked):
        own.save()
    assert changes(world) == []


def test_the_numbers_of_ones_own_profile_are_read_as_exactly_as_they_are_shown(
    own: OwnProfile, world: World, app: SampleApp
) -> None:
    posts = world.posts_of("shop_001")
    likes = sum(world.reactions.marks("like", post.id) for post in posts)
    own.open()
    read = {name: (number.value, number.step) for name, number in own.numbers().items()}
    exact = {
        "followers": (len(world.followers("shop_001")), 1),
        "following": (len(world.following("shop_001")), 1),
        "posts": (len(posts), 1),
    }
    rounded = (likes // 100 * 100, 100) if likes >= 1000 else (likes, 1)
    assert read == (exact | {"likes": rounded} if app.skin.counts == "group" else exact)


def test_somebody_elses_numbers_are_not_read(driver: AppDriver) -> None:
    OwnProfile(driver, ["shop_001"]).open()
    with pytest.raises(ElementMissing, match="does not show its numbers"):
        OwnProfile(driver, ["studio_001"]).numbers()


def test_somebody_elses_profile_is_not_edited(driver: AppDriver) -> None:
    with pytest.raises(ElementMissing, match="own profile does not show"):
        OwnProfile(driver, ["studio_001"]).open()
