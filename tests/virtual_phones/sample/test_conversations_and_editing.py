"""Conversations and the editing of profiles in the sample app, touched as a finger touches them."""

from __future__ import annotations

import pytest

from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, VERSIONS, SampleApp
from virtual_phones.screen.node import Node
from virtual_phones.world import World

PERSON = "person_0790"


def shown(phone: VirtualPhone, role: str) -> list[Node]:
    wanted = VERSIONS[phone.apps[PACKAGE].version_name].id(role)
    return [node for node in phone.tree().walk() if node.resource_id == wanted]


def tap(phone: VirtualPhone, role: str, index: int = 0) -> None:
    center = shown(phone, role)[index].bounds.center
    phone.tap(center.x, center.y)


def write(phone: VirtualPhone, role: str, text: str) -> None:
    tap(phone, role)
    node = phone.focused_node
    assert node is not None
    phone.set_text(node, text)


def open_user(phone: VirtualPhone, username: str) -> None:
    assert phone.open_link(f"sample://user/{username}", PACKAGE)


def test_nothing_can_be_sent_before_something_is_written(phone: VirtualPhone, world: World) -> None:
    open_user(phone, PERSON)
    tap(phone, "profile_message")
    assert all(not node.enabled for node in shown(phone, "thread_send"))
    write(phone, "thread_entry", "  ")
    assert all(not node.enabled for node in shown(phone, "thread_send"))
    write(phone, "thread_entry", " hello ")
    tap(phone, "thread_send")
    assert [each["text"] for each in world.dump()["messages"]] == ["hello"]
    assert shown(phone, "thread_entry")[0].text == ""


def test_a_notice_says_that_a_message_will_be_a_request_until_the_other_one_follows(
    phone: VirtualPhone, world: World
) -> None:
    open_user(phone, PERSON)
    tap(phone, "profile_message")
    assert shown(phone, "thread_request")
    world.follow(PERSON, "shop_001")
    assert not shown(phone, "thread_request")


def test_a_draft_is_lost_with_its_screen(phone: VirtualPhone) -> None:
    for text in ("hello", ""):
        open_user(phone, PERSON)
        tap(phone, "profile_message")
        if text:
            write(phone, "thread_entry", text)
    assert shown(phone, "thread_entry")[0].text == ""


@pytest.mark.parametrize("username", ["quiet_0001", "private_0001"])
def test_the_profile_of_who_takes_no_messages_leads_nowhere(phone: VirtualPhone, username: str) -> None:
    open_user(phone, username)
    for button in shown(phone, "profile_message"):
        assert not button.enabled
        phone.tap(button.bounds.center.x, button.bounds.center.y)
    assert shown(phone, "profile_username")
    assert not shown(phone, "thread_title")


def test_the_icon_of_the_feed_opens_the_inbox(phone: VirtualPhone, world: World) -> None:
    world.messages.send_card(PERSON, "shop_001", "example_user")
    phone.start_app(PACKAGE)
    tap(phone, "inbox_open")
    assert [node.text.removeprefix("@") for node in shown(phone, "inbox_username")] == [PERSON]
    tap(phone, "inbox_preview")
    assert shown(phone, "thread_their_card")
    phone.press("back")
    assert shown(phone, "inbox")


def test_an_old_conversation_loads_what_is_above_when_it_is_scrolled_back(phone: VirtualPhone, world: World) -> None:
    for number in range(50):
        world.send(PERSON, "shop_001", str(number))
    open_user(phone, PERSON)
    tap(phone, "profile_message")
    seen = {node.text for node in shown(phone, "thread_theirs")}
    assert "49" in seen
    spinners = 0
    for _ in range(30):
        phone.swipe(540, 800, 540, 1700)
        spinners += len(shown(phone, "loading"))
        seen |= {node.text for node in shown(phone, "thread_theirs")}
    assert seen == {str(number) for number in range(50)}
    assert spinners >= 2


def test_all_is_saved_or_nothing(phone: VirtualPhone, world: World, app: SampleApp) -> None:
    phone.start_app(PACKAGE)
    tap(phone, "tab_me")
    tap(phone, "profile_edit")
    write(phone, "editor_bio", "Two\nlines")
    write(phone, "editor_username", PERSON)
    tap(phone, "editor_save")
    assert [node.text for node in shown(phone, "editor_error")] == [VERSIONS[app.version_name].text("username_taken")]
    assert world.dump()["profile_changes"] == []
    write(phone, "editor_username", "corner_shop")
    assert not shown(phone, "editor_error")
    tap(phone, "editor_save")
    assert [(each["field"], each["value"]) for each in world.dump()["profile_changes"]] == [
        ("bio", "Two\nlines"),
        ("username", "corner_shop"),
    ]
    assert [node.text.removeprefix("@") for node in shown(phone, "profile_username")] == ["corner_shop"]
    assert phone.toast() == VERSIONS[app.version_name].text("edited")


def test_leaving_the_editor_changes_nothing(phone: VirtualPhone, world: World) -> None:
    phone.start_app(PACKAGE)
    tap(phone, "tab_me")
    tap(phone, "profile_edit")
    write(phone, "editor_bio", "New")
    phone.press("back")  # the first one puts the keyboard away
    phone.press("back")
    tap(phone, "profile_edit")
    assert shown(phone, "editor_bio")[0].text != "New"
    assert world.dump()["profile_changes"] == []


def test_another_phone_starts_with_the_names_of_now(world: World, app: SampleApp) -> None:
    world.identity.change("studio_001", "username", "fine_studio")
    assert list(app.accounts) == list(world.signed_in(1)) == ["shop_001", "fine_studio"]
    app.switch("fine_studio")
    assert app.me == "fine_studio"
