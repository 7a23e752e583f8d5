"""Conversations on the screens of the sample app, in both of its versions."""

from __future__ import annotations

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages import ProfilePage
from phonefleet.apps.pages.conversation import Bubble, Ending
from phonefleet.apps.pages.thread import ThreadPage
from phonefleet.errors import ActionBlocked, TakesNoMessages, Transient
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.sample import SampleApp
from virtual_phones.world import World


@pytest.fixture
def thread(driver: AppDriver) -> ThreadPage:
    return ThreadPage(driver)


def opened(thread: ThreadPage, page: ProfilePage, username: str) -> ThreadPage:
    page.open_direct(username)
    thread.open_from(page)
    return thread


def mine(text: str) -> Bubble:
    return Bubble("mine", "text", text)


def theirs(text: str) -> Bubble:
    return Bubble("theirs", "text", text)


def sent(world: World) -> list[tuple[str, str]]:
    return [(each["recipient"], each["text"]) for each in world.dump()["messages"]]


def test_a_message_is_sent_once_and_ends_the_conversation(thread: ThreadPage, page: ProfilePage, world: World) -> None:
    opened(thread, page, "@person_0760")
    assert thread.ending() == Ending((), whole=True)
    thread.write("Hello!\nHow are you? ✨")
    assert thread.holds("Hello! How are you? ✨")
    assert sent(world) == []
    thread.send()
    assert thread.ending() == Ending((mine("Hello! How are you? ✨"),), whole=True)
    assert not thread.holds("Hello! How are you? ✨")
    assert sent(world) == [("person_0760", "Hello!\nHow are you? ✨")]


def test_ours_and_theirs_are_told_apart_in_order(thread: ThreadPage, page: ProfilePage, world: World) -> None:
    world.send("person_0761", "shop_001", "hi")
    world.send("shop_001", "person_0761", "hi")
    world.messages.send_card("person_0761", "shop_001", "example_user")
    world.messages.send_card("shop_001", "person_0761", "shop_001")
    ending = opened(thread, page, "person_0761").ending()
    assert ending.bubbles == (
        theirs("hi"),
        mine("hi"),
        Bubble("theirs", "card", "example_user"),
        Bubble("mine", "card", "shop_001"),
    )


def test_ones_own_profile_card_is_sent(thread: ThreadPage, page: ProfilePage, world: World) -> None:
    opened(thread, page, "person_0762")
    thread.attach()
    assert world.dump()["profile_cards"] == []
    thread.send_card()
    assert thread.ending().bubbles == (Bubble("mine", "card", "shop_001"),)
    assert [(each["recipient"], each["profile"]) for each in world.dump()["profile_cards"]] == [
        ("person_0762", "shop_001")
    ]


def test_a_choice_that_was_left_open_is_closed_or_goes_with_a_link(
    thread: ThreadPage, page: ProfilePage, world: World
) -> None:
    opened(thread, page, "person_0762").attach()
    thread.leave_choice()
    assert thread.ending().bubbles == ()
    thread.attach()
    assert opened(thread, page, "person_0762").ending().bubbles == ()
    assert world.dump()["profile_cards"] == []


def test_a_long_conversation_shows_its_end_and_is_read_upwards(
    thread: ThreadPage, page: ProfilePage, world: World
) -> None:
    texts = [f"number {number}" for number in range(70)]
    for text in texts:
        world.send("shop_001", "person_0763", text)
    ending = opened(thread, page, "person_0763").ending()
    assert not ending.whole
    assert ending.bubbles[-1] == mine("number 69")
    assert thread.ending_until(lambda seen: mine("number 40") in seen.bubbles).bubbles[-30:] == tuple(
        map(mine, texts[40:])
    )
    assert thread.ending() == ending, "it is scrolled down again"
    assert thread.ending_until(lambda _: False) == Ending(tuple(map(mine, texts)), whole=True)


@pytest.mark.parametrize("username", ["quiet_0001", "quiet_0002", "private_0010"])
def test_people_who_take_no_messages_are_recognized(
    thread: ThreadPage, page: ProfilePage, world: World, username: str
) -> None:
    with pytest.raises(TakesNoMessages, match=f"@{username} takes no messages"):
        opened(thread, page, username)
    assert sent(world) == []


def test_a_blocked_message_is_not_sent(thread: ThreadPage, page: ProfilePage, world: World, faults: Faults) -> None:
    opened(thread, page, "person_0764").write("hello")
    faults.order(Strike(Fault.ACTION_BLOCKED))
    thread.send()
    with pytest.raises(ActionBlocked):
        thread.ending()
    assert sent(world) == []


def test_nothing_is_written_into_the_conversation_with_somebody_else(
    thread: ThreadPage, page: ProfilePage, phone: DirectPhone, world: World, app: SampleApp
) -> None:
    opened(thread, page, "person_0765")
    phone.open_link("sample://user/person_0766", app.package)
    button = page.open_direct("person_0766")
    assert button is None
    phone.tap(page.message_button()[1].bounds.center)
    for touch in (lambda: thread.write("hello"), thread.send, thread.attach, thread.ending):
        with pytest.raises(Transient, match="person_0765"):
            touch()
    assert sent(world) == []


def test_the_inbox_lists_conversations(phone: DirectPhone, world: World, app: SampleApp, driver: AppDriver) -> None:
    phone.open_link("sample://inbox", app.package)
    driver.wait_for("inbox_empty")
    world.send("shop_001", "person_0767", "first")
    world.send("person_0768", "shop_001", "second")
    rows = driver.look().find_all(driver.profile.selector("inbox_username"))
    assert [row.label.removeprefix("@") for row in rows] == ["person_0768", "person_0767"]
    driver.tap(rows[1])
    assert driver.wait_for("thread_title")[1].label.removeprefix("@") == "person_0767"
