"""Messages and profiles over HTTP, on phones of both app versions. People 0780 to 0789 belong to these tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PIL import Image

from tests.integration.stack import Stack


def send(stack: Stack, script: str, whom: Mapping[str, object], config: Mapping[str, object]) -> list[dict[str, Any]]:
    tasks = stack.finished(
        stack.call("POST", "/task", {**whom, "script_name": script, "script_config": config})["task_ids"]
    )
    assert [task["status_text"] for task in tasks] == ["completed"] * len(tasks), [task["remark"] for task in tasks]
    return tasks


def messages(stack: Stack, recipient: str) -> list[tuple[str, str]]:
    return [(each["sender"], each["text"]) for each in stack.world()["messages"] if each["recipient"] == recipient]


def changes(stack: Stack, username: str) -> list[tuple[str, str]]:
    return [(each["field"], each["value"]) for each in stack.world()["profile_changes"] if each["username"] == username]


def test_messages_come_in_turn_and_are_sent_once_with_the_profile_card(stack: Stack) -> None:
    config = {
        "target_users": ["@person_0780", "person_0781"],
        "message_contents": "Hello {there|you}!\nHow are you?\nGood morning",
        "message_order": "sequential",
        "send_profile_card": True,
    }
    tasks = send(stack, "message", {"serials": stack.serials[:2]}, config)
    assert len(tasks) == 4
    for person in ("person_0780", "person_0781"):
        cards = [each["sender"] for each in stack.world()["profile_cards"] if each["recipient"] == person]
        assert sorted(cards) == sorted(sender for sender, _ in messages(stack, person))
        assert len(set(cards)) == len(cards) == 2
    texts = [text for person in ("person_0780", "person_0781") for _, text in messages(stack, person)]
    assert {"How are you?", "Good morning"} < set(texts)
    assert {outcome["outcome"] for task in tasks for outcome in task["result"]["outcomes"]} == {"done"}


def test_two_tasks_send_the_same_text_twice(stack: Stack) -> None:
    config = {"target_users": ["person_0782"], "message_contents": "Same"}
    for number in (1, 2):
        send(stack, "message", {"serials": stack.serials[1:2]}, config)
        assert [text for _, text in messages(stack, "person_0782")] == ["Same"] * number


def test_who_takes_no_messages_is_an_outcome_and_no_failure(stack: Stack) -> None:
    config = {"target_users": ["quiet_0011", "quiet_0012", "private_0020"], "message_contents": "Hello"}
    tasks = send(stack, "message", {"serials": stack.serials[:2]}, config)
    assert {outcome["outcome"] for task in tasks for outcome in task["result"]["outcomes"]} == {"skipped"}
    assert all(messages(stack, person) == [] for person in ("quiet_0011", "quiet_0012", "private_0020"))


def test_a_message_survives_a_lost_reply_and_popups_and_is_sent_once(stack: Stack) -> None:
    serial = stack.serials[0]
    for fault in ("dies_after", "popup_update", "popup_rating", "crash"):
        stack.order_fault(serial, fault, times=2)
    config = {"target_users": ["person_0783"], "message_contents": "Once"}
    try:
        send(stack, "message", {"serials": [serial]}, config)
    finally:
        stack.clear_faults(serial)
    assert [text for _, text in messages(stack, "person_0783")] == ["Once"]


def test_a_profile_is_changed_and_the_account_follows_its_new_username(stack: Stack) -> None:
    media = stack.home / "media"
    media.mkdir(exist_ok=True)
    Image.new("RGB", (64, 64), "#2a9d8f").save(media / "face.png")
    before = account(stack, "studio_003")
    config = {
        "nicknames": "Studio {Three|Four}",
        "bios": "Tea\\nand cake",
        "usernames": "person_0784, fine_studio",
        "profile_order": "sequential",
        "link_url": "https://studio.example",
        "avatars_path": "face.png",
    }
    [task] = send(stack, "profile", {"usernames": ["studio_003"]}, config)
    try:
        assert [field for field, _ in changes(stack, "studio_003")] == ["name", "bio", "link", "avatar", "username"]
        assert ("bio", "Tea\nand cake") in changes(stack, "studio_003")
        assert {action["state"] for action in task["actions"]} == {"done"}
        after = account(stack, "fine_studio")
        assert (after["id"], after["device"], task["username"]) == (before["id"], before["device"], "fine_studio")
        [follow] = send(stack, "follow", {"usernames": ["fine_studio"]}, {"target_users": ["person_0785"]})
        assert (follow["username"], stack.follows("person_0785")) == ("fine_studio", ["fine_studio"])
    finally:
        send(stack, "profile", {"usernames": ["fine_studio"]}, {"usernames": ["studio_003"]})
    assert account(stack, "studio_003")["id"] == before["id"]


def account(stack: Stack, username: str) -> dict[str, Any]:
    [found] = stack.call("GET", f"/accounts?username={username}")["accounts"]
    return found
