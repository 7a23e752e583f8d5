"""What people write to each other stays in order, also across the death of the world's process."""

from __future__ import annotations

from pathlib import Path

from virtual_phones.world import World


def test_a_thread_holds_what_both_wrote_in_order() -> None:
    world = World(1, 1)
    world.send("shop_001", "person_0760", "hello")
    world.send("person_0760", "shop_001", "who are you?")
    world.messages.send_card("shop_001", "person_0760", "shop_001")
    thread = world.messages.thread("person_0760", "shop_001")
    assert [(each.sender, each.text, each.card) for each in thread] == [
        ("shop_001", "hello", ""),
        ("person_0760", "who are you?", ""),
        ("shop_001", "", "shop_001"),
    ]


def test_the_latest_conversation_comes_first() -> None:
    world = World(1, 1)
    for recipient in ("person_0760", "person_0761", "person_0760"):
        world.send("shop_001", recipient, "hello")
    assert world.messages.partners("shop_001") == ["person_0760", "person_0761"]
    assert world.messages.partners("person_0761") == ["shop_001"]
    assert world.messages.partners("person_0762") == []


def test_messages_and_cards_are_in_the_dump_with_repeats_and_survive(tmp_path: Path) -> None:
    world = World(1, 1, tmp_path / "world.jsonl")
    for _ in range(2):
        world.send("shop_001", "person_0760", "twice")
    world.messages.send_card("shop_001", "person_0760", "shop_001")
    world.close()
    reopened = World(1, 1, tmp_path / "world.jsonl")
    assert [each["text"] for each in reopened.dump()["messages"]] == ["twice", "twice"]
    assert [each["profile"] for each in reopened.dump()["profile_cards"]] == ["shop_001"]
    assert len(reopened.messages.thread("shop_001", "person_0760")) == 3
    reopened.close()


def test_some_people_take_no_messages() -> None:
    world = World(1, 1)
    inboxes = {name: world.account(name).inbox for name in ("person_0760", "quiet_0001", "quiet_0002", "private_0001")}
    assert inboxes == {
        "person_0760": "open",
        "quiet_0001": "hidden",
        "quiet_0002": "closed",
        "private_0001": "hidden",
    }
