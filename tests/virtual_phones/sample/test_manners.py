"""How the sample app makes reading hard: cards of strangers, padded labels, names that are no handles."""

from __future__ import annotations

import pytest

from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, VERSIONS, SampleApp
from virtual_phones.sample.manners import Manners
from virtual_phones.screen.node import Node
from virtual_phones.world import Relation, World

ME, OWNER = "shop_001", "person_0001"


def shown(phone: VirtualPhone, role: str) -> list[Node]:
    wanted = phone.apps[PACKAGE]
    assert isinstance(wanted, SampleApp)
    return [node for node in phone.tree().walk() if node.resource_id == wanted.skin.id(role)]


def tap(phone: VirtualPhone, role: str, index: int = 0) -> None:
    center = shown(phone, role)[index].bounds.center
    phone.tap(center.x, center.y)


def open_user(phone: VirtualPhone, username: str) -> None:
    assert phone.open_link(f"sample://user/{username}", PACKAGE)


@pytest.fixture
def suggesting(phone: VirtualPhone, faults: Faults) -> VirtualPhone:
    faults.order(Strike(Fault.SUGGESTIONS))
    open_user(phone, OWNER)
    return phone


def test_after_a_follow_strangers_are_offered_below_the_owners_button(suggesting: VirtualPhone, world: World) -> None:
    assert not shown(suggesting, "suggestion_follow"), "nobody was followed yet"
    tap(suggesting, "profile_button")
    assert world.relation(ME, OWNER) is Relation.FOLLOWING
    cards, own = shown(suggesting, "suggestion_follow"), shown(suggesting, "profile_button")[0]
    assert len(cards) == 3
    assert all(card.class_name == "android.widget.Button" and card.bounds.top > own.bounds.bottom for card in cards)
    names = {account["username"]: account["name"] for account in world.dump()["accounts"]}
    assert all(node.text in names.values() for node in shown(suggesting, "suggestion_name"))


def test_the_button_of_a_card_follows_a_stranger_in_the_world(suggesting: VirtualPhone, world: World) -> None:
    tap(suggesting, "profile_button")
    tap(suggesting, "suggestion_follow", 1)
    first, second = world.dump()["follows"]
    assert first["followee"] == OWNER != second["followee"]
    assert world.relation(ME, second["followee"]) is not Relation.NONE


def test_an_app_on_a_phone_without_faults_suggests_and_pads_nothing(phone: VirtualPhone) -> None:
    open_user(phone, OWNER)
    tap(phone, "profile_button")
    assert not shown(phone, "suggestion_follow")
    assert all(node.text == node.text.strip() for node in phone.tree().walk())


def test_with_faults_by_chance_the_app_is_unkind_from_the_start() -> None:
    drawn = [Manners.of(Faults(0.2, seed)) for seed in range(20)]
    assert all(manners.suggestions and manners.padded for manners in drawn)


def test_labels_are_padded_by_the_seed_in_several_ways(faults: Faults, world: World) -> None:
    faults.order(Strike(Fault.PADDED))
    edges: set[str] = set()
    for version in VERSIONS:
        app = SampleApp(world, world.signed_in(1), faults, version)
        phone = VirtualPhone("phone-1", "Test", faults, [app])
        open_user(phone, OWNER)
        app.manners = Manners(padded=True, seed=7)
        labels = [node.text for node in phone.tree().walk() if node.text and node.on_text is None]
        edges |= {label[-1] for label in labels if not label[-1].isalnum()}
        assert labels == [node.text for node in phone.tree().walk() if node.text and node.on_text is None]
    assert {" ", "\u00a0", "\u200e"} <= edges


def test_what_ails_the_app_ends_when_it_is_made_well(suggesting: VirtualPhone, app: SampleApp) -> None:
    tap(suggesting, "profile_button")
    assert shown(suggesting, "suggestions")
    app.recover()
    assert not shown(suggesting, "suggestions")
