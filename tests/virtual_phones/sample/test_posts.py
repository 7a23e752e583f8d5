"""Posts of the sample app, touched as a finger touches them, in both versions."""

from __future__ import annotations

from typing import cast

import pytest

from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, VERSIONS
from virtual_phones.screen.node import Node
from virtual_phones.world import World

ME = "shop_001"


def shown(phone: VirtualPhone, role: str) -> list[Node]:
    skin = VERSIONS[phone.apps[PACKAGE].version_name]
    found = [node for node in phone.tree().walk() if node.resource_id == skin.id(role)]
    if skin.lit != "icon" or f"{role}_icon" not in skin.ids:
        return found
    return [node for node in found if node.children[0].resource_id == skin.id(f"{role}_icon")]


def say(phone: VirtualPhone, role: str) -> str:
    return VERSIONS[phone.apps[PACKAGE].version_name].text(role)


def tap(phone: VirtualPhone, role: str, index: int = 0) -> None:
    center = shown(phone, role)[index].bounds.center
    phone.tap(center.x, center.y)


def lit(phone: VirtualPhone, role: str) -> bool:
    node = shown(phone, role)[0]
    if node.children:
        return node.children[0].selected
    return node.selected or (node.content_desc == say(phone, f"{role}_lit") != say(phone, role))


def listed(world: World, name: str) -> list[dict[str, str]]:
    return cast("dict[str, list[dict[str, str]]]", world.dump())[name]


def open_post(phone: VirtualPhone, post: str) -> None:
    assert phone.open_link(f"sample://post/{post}", PACKAGE)


@pytest.fixture
def post(world: World) -> str:
    return world.publish("person_0001", "Fresh bread")


def write(phone: VirtualPhone, text: str) -> None:
    tap(phone, "comment_entry")
    phone.type_text(text)


@pytest.mark.parametrize("url", ["sample://post/{}", "https://sample.example/@person_0001/post/{}?from=web"])
def test_a_link_opens_the_post_and_its_owner_leads_to_the_profile(phone: VirtualPhone, post: str, url: str) -> None:
    assert phone.open_link(url.format(post), PACKAGE)
    assert phone.foreground == (PACKAGE, ".PostActivity")
    assert shown(phone, "post_media")[0].content_desc.removesuffix(" by person_0001") == f"Photo {post}"
    assert [node.text for node in shown(phone, "post_text")] == ["Fresh bread"]
    tap(phone, "post_owner")
    assert shown(phone, "profile_username")[0].text.removeprefix("@") == "person_0001"


@pytest.mark.parametrize("role", ["like", "favorite", "repost"])
def test_a_mark_lights_its_button_and_a_second_touch_takes_it_back(
    phone: VirtualPhone, world: World, post: str, role: str
) -> None:
    open_post(phone, post)
    assert not lit(phone, role)
    tap(phone, role)
    assert lit(phone, role)
    assert [mark["username"] for mark in listed(world, f"{role}s")] == [ME]
    tap(phone, role)
    assert not lit(phone, role)
    assert len(listed(world, f"un{role}s")) == 1


def test_opening_the_share_sheet_shares_nothing_and_a_way_does(phone: VirtualPhone, world: World, post: str) -> None:
    open_post(phone, post)
    tap(phone, "share")
    tap(phone, "share_cancel")
    assert not lit(phone, "share")
    tap(phone, "share")
    tap(phone, "share_link")
    assert phone.toast() == "Link copied"
    assert lit(phone, "share")
    assert not shown(phone, "share_sheet")
    assert [(share["username"], share["way"]) for share in world.dump()["shares"]] == [(ME, "link")]


def test_the_author_can_be_followed_beside_the_post(phone: VirtualPhone, world: World, post: str) -> None:
    open_post(phone, post)
    tap(phone, "post_follow")
    assert [each["followee"] for each in world.dump()["follows"]] == ["person_0001"]
    open_post(phone, world.publish(ME, "mine"))
    assert not shown(phone, "post_follow")


def test_a_comment_is_written_and_stands_in_the_list(phone: VirtualPhone, world: World, post: str) -> None:
    open_post(phone, post)
    tap(phone, "comment")
    assert post in shown(phone, "comments_post")[0].text
    write(phone, "  So nice ✨ ")
    tap(phone, "comment_send")
    assert "So nice ✨" in [node.text for node in shown(phone, "comment_text")]
    assert shown(phone, "comment_entry")[0].text == ""
    assert [(each["username"], each["text"]) for each in world.dump()["comments"]] == [(ME, "So nice ✨")]
    phone.press("back")  # the first one puts the keyboard away
    phone.press("back")
    assert shown(phone, "like")
    assert not shown(phone, "comments_post")


def test_nothing_is_sent_when_nothing_is_written(phone: VirtualPhone, world: World, post: str) -> None:
    open_post(phone, post)
    tap(phone, "comment")
    write(phone, "   ")
    tap(phone, "comment_send")
    assert world.dump()["comments"] == []


def test_a_fresh_comment_is_in_sight_among_many_and_the_others_load_lazily(phone: VirtualPhone, world: World) -> None:
    post = next(post.id for post in world.posts() if len(world.comments.on(post.id)) == 45 and post.kind == "plain")
    open_post(phone, post)
    tap(phone, "comment")
    write(phone, "Number forty-six")
    tap(phone, "comment_send")
    assert "Number forty-six" in [node.text for node in shown(phone, "comment_text")]
    open_post(phone, post)
    tap(phone, "comment")
    seen: set[str] = set()
    for _ in range(30):
        seen |= {node.text for node in shown(phone, "comment_text")}
        phone.swipe(540, 1900, 540, 1500)
    assert {"Number forty-six", *(comment.text for comment in world.comments.on(post))} == seen


def test_a_refused_comment_stays_in_the_field(phone: VirtualPhone, faults: Faults, world: World, post: str) -> None:
    open_post(phone, post)
    tap(phone, "comment")
    write(phone, "Hello")
    faults.order(Strike(Fault.ACTION_BLOCKED))
    tap(phone, "comment_send")
    tap(phone, "blocked_ok")
    assert shown(phone, "comment_entry")[0].text == "Hello"
    assert world.dump()["comments"] == []


def test_a_live_post_has_no_buttons_and_an_advertisement_says_what_it_is(phone: VirtualPhone, world: World) -> None:
    live, ad = (next(post.id for post in world.posts() if post.kind == kind) for kind in ("live", "ad"))
    open_post(phone, live)
    assert shown(phone, "post_badge")[0].text == say(phone, "badge_live")
    assert not shown(phone, "like")
    open_post(phone, ad)
    assert shown(phone, "post_badge")[0].text == say(phone, "badge_ad")


def test_a_post_that_is_gone_says_so(phone: VirtualPhone) -> None:
    open_post(phone, "999999")
    assert shown(phone, "post_missing")
    assert not shown(phone, "like")


def test_a_profile_shows_the_newest_post_first(phone: VirtualPhone, world: World) -> None:
    phone.open_link("sample://user/person_0703", PACKAGE)
    new = world.publish("person_0703", "now")
    assert new in shown(phone, "grid_cell")[0].content_desc
    tap(phone, "grid_cell")
    assert new in shown(phone, "post_media")[0].content_desc


def test_the_posts_of_a_profile_scroll_to_the_first_one(phone: VirtualPhone, world: World) -> None:
    phone.open_link("sample://user/example_user", PACKAGE)
    seen: set[str] = set()
    for _ in range(20):
        seen |= {word for node in shown(phone, "grid_cell") for word in node.content_desc.replace(",", "").split()}
        phone.swipe(540, 1900, 540, 1500)
    assert {post.id for post in world.posts_of("example_user")} <= seen


@pytest.mark.parametrize("username", ["person_0700", "private_0001"])
def test_a_profile_without_posts_to_be_seen_says_so(phone: VirtualPhone, world: World, username: str) -> None:
    if username.startswith("private"):
        world.publish(username, "only for friends")
    phone.open_link(f"sample://user/{username}", PACKAGE)
    assert shown(phone, "grid_none")
    assert not shown(phone, "grid_cell")


def test_what_is_published_while_the_feed_shows_comes_in_front_when_it_is_opened_anew(
    phone: VirtualPhone, world: World
) -> None:
    phone.start_app(PACKAGE)
    before = shown(phone, "post_text")[0].text
    world.publish("person_0001", "Fresh bread")
    assert shown(phone, "post_text")[0].text == before
    tap(phone, "tab_home")
    assert shown(phone, "post_text")[0].text == "Fresh bread"
