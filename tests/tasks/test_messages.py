"""Writing to people: once a task, whatever comes in between and whatever was written before, in both app versions."""

from __future__ import annotations

from typing import cast

import pytest

from phonefleet.apps.pages.thread import ThreadPage
from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.errors import ActionBlocked, DoNotContact, OutcomeUnknown, Permanent, TargetMissing, Transient
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from phonefleet.scripts.message import MessageConfig
from tasks.context import RunContext
from tasks.messages import send_message
from tasks.readiness import driver
from tests.tasks.on_phones import ME, Killed, another_task, on_a_phone, states, until_done
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.world import World
from virtual_phones.world.identity import ProfileField

PERSON = "person_0771"


@pytest.fixture(autouse=True)
def _phone(context: RunContext, world: World, version: str, faults: Faults) -> None:
    on_a_phone(context, world, version, faults=faults)


def write(target: str = PERSON, text: str = "Hello!", *, place: int = 0, **more: object) -> str:
    """Write to a person by the verb, without Prefect."""
    config = MessageConfig.model_validate({"target_users": [target], "message_contents": text, **more})
    return send_message.fn(target, config, config.access_method, place)


def sent(world: World, target: str = PERSON) -> list[str]:
    return [each["text"] for each in world.dump()["messages"] if each["recipient"] == target]


@pytest.mark.parametrize("access", ["direct", "search"])
def test_a_message_is_sent_once_and_not_again_by_the_same_task(context: RunContext, world: World, access: str) -> None:
    for _ in range(2):
        assert write(text="Hello {there|you}!", access_method=access) == "done"
    assert len(sent(world)) == 1
    assert sent(world)[0] in {"Hello there!", "Hello you!"}
    assert states(context) == ["done"]
    assert {outcome["outcome"] for outcome in context.report.outcomes} == {"done"}


def test_every_task_sends_its_own_message_though_an_equal_one_stands_there(context: RunContext, world: World) -> None:
    for number in range(1, 14):
        assert write() == "done"
        assert len(sent(world)) == number
        another_task(context)


def test_the_profile_card_comes_before_the_message(context: RunContext, world: World) -> None:
    assert write(send_profile_card=True) == "done"
    assert [(each.card, each.text) for each in world.messages.thread(ME, PERSON)] == [(ME, ""), ("", "Hello!")]
    assert states(context) == ["done", "done"]


def test_texts_come_in_turn(context: RunContext, world: World) -> None:
    for context.ordinal, place in ((0, 0), (1, 0), (1, 1)):
        write(text="one\ntwo\nthree", message_order="sequential", place=place)
        another_task(context)
    assert sent(world) == ["one", "two", "three"]


@pytest.mark.parametrize("target", ["quiet_0003", "quiet_0004", "private_0011"])
def test_who_takes_no_messages_is_skipped(context: RunContext, world: World, target: str) -> None:
    assert write(target, send_profile_card=True) == "skipped"
    assert (sent(world, target), world.dump()["profile_cards"]) == ([], [])
    [outcome] = context.report.outcomes
    assert (outcome["target"], outcome["outcome"]) == (target, "skipped")
    assert "takes no messages" in outcome["detail"]


def test_nobody_writes_to_who_does_not_exist_or_to_oneself() -> None:
    with pytest.raises(TargetMissing, match="nobody_here"):
        write("nobody_here")
    with pytest.raises(Permanent, match="is the account itself"):
        write(ME)


def test_who_wants_no_contact_is_left_alone(context: RunContext, world: World) -> None:
    context.ledger.do_not_contact.put([DoNotContactEntry(PERSON, None, "asked us", context.clock.now())])
    for card in (False, True):
        with pytest.raises(DoNotContact):
            write(send_profile_card=card)
    assert (sent(world), world.dump()["profile_cards"]) == ([], [])


def in_place_of_sending(monkeypatch: pytest.MonkeyPatch, trouble: BaseException, *, after: bool) -> None:
    """Let the touch that sends fail once, before or after it had its effect."""
    send = ThreadPage.send

    def broken(page: ThreadPage) -> None:
        monkeypatch.setattr(ThreadPage, "send", send)
        if after:
            send(page)
        raise trouble

    monkeypatch.setattr(ThreadPage, "send", broken)


def test_a_blocked_message_is_refused_and_not_sent(
    context: RunContext, world: World, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = ThreadPage.send

    def blocked(page: ThreadPage) -> None:
        faults.order(Strike(Fault.ACTION_BLOCKED))
        send(page)

    monkeypatch.setattr(ThreadPage, "send", blocked)
    with pytest.raises(ActionBlocked):
        write()
    assert (sent(world), states(context)) == ([], ["failed"])


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("older", [0, 3])
def test_a_process_that_died_at_the_touch_finds_out_whether_it_was_sent(
    context: RunContext, world: World, monkeypatch: pytest.MonkeyPatch, older: int, *, after: bool
) -> None:
    for _ in range(older):
        world.send(ME, PERSON, "Hello!")
    in_place_of_sending(monkeypatch, Killed(), after=after)
    with pytest.raises(Killed):
        write()
    world.send(PERSON, ME, "Who are you?")
    assert write() == "done"
    assert (len(sent(world)), states(context)) == (older + 1, ["done"])


@pytest.mark.parametrize("after", [False, True])
def test_an_equal_message_of_another_task_in_between_is_not_taken_for_ours(
    context: RunContext, world: World, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    first = context.task_id
    in_place_of_sending(monkeypatch, Killed(), after=after)
    with pytest.raises(Killed):
        write()
    another_task(context)
    assert write() == "done"
    context.task_id = first
    assert write() == "done"
    assert len(sent(world)) == 2


def test_where_one_more_of_the_same_would_not_show_it_ends_as_unknown(
    context: RunContext, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(40):
        world.send(ME, PERSON, "Hello!")
    in_place_of_sending(monkeypatch, Killed(), after=True)
    with pytest.raises(Killed):
        write()
    with pytest.raises(OutcomeUnknown, match="full of the same message"):
        write()
    assert (len(sent(world)), states(context)) == (41, ["unknown"])


def test_a_conversation_that_lost_its_messages_ends_as_unknown(
    context: RunContext, world: World, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(PERSON, ME, "Hi")
    in_place_of_sending(monkeypatch, Killed(), after=False)
    with pytest.raises(Killed):
        write()
    emptied = World(seed=1, phones=1)
    on_a_phone(context, emptied, version)
    with pytest.raises(OutcomeUnknown, match="no longer shows how it ended before"):
        write()
    assert (sent(emptied), states(context)) == ([], ["unknown"])


def test_who_takes_no_messages_any_more_after_a_touch_is_not_skipped(
    context: RunContext, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_place_of_sending(monkeypatch, Killed(), after=True)
    with pytest.raises(Killed):
        write()
    world.identity.change(PERSON, cast("ProfileField", "inbox"), "closed")
    with pytest.raises(OutcomeUnknown, match="takes no messages"):
        write()
    assert (len(sent(world)), states(context)) == (1, ["unknown"])


@pytest.mark.parametrize(("trouble", "rate"), [(None, 0.2), (Killed, 0.1)])
def test_whatever_breaks_each_message_and_card_is_sent_once(
    context: RunContext, world: World, version: str, trouble: type[BaseException] | None, rate: float
) -> None:
    for seed in range(4):
        another_task(context)
        on_a_phone(context, world, version, faults=Faults(0.1, seed), rate=rate, seed=seed, trouble=trouble)
        assert until_done(lambda: write(send_profile_card=True), (trouble or Transient)) == "done"
        assert (len(sent(world)), len(world.dump()["profile_cards"])) == (seed + 1, seed + 1)
        assert states(context) == ["done", "done"]


def test_what_another_task_may_have_sent_is_taken_neither_for_ours_nor_for_nothing(
    context: RunContext, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = context.task_id
    for after in (False, True):
        in_place_of_sending(monkeypatch, Killed(), after=after)
        with pytest.raises(Killed):
            write()
        another_task(context)
    context.task_id = first
    with pytest.raises(OutcomeUnknown, match="may have happened"):
        write()
    assert (len(sent(world)), states(context)) == (1, ["unknown"])


def test_an_app_that_opens_a_conversation_further_up_is_read_to_its_end(
    context: RunContext, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        world.send(PERSON, ME, f"number {number}")
    in_place_of_sending(monkeypatch, Killed(), after=True)
    with pytest.raises(Killed):
        write()
    opened = ThreadPage.open_from

    def scrolled_up(page: ThreadPage, profile: ProfilePage) -> None:
        opened(page, profile)
        driven = driver()
        driven.scroll("up", driven.find(driven.look(), "thread_list"))

    monkeypatch.setattr(ThreadPage, "open_from", scrolled_up)
    assert write() == "done"
    assert (sent(world), states(context)) == (["Hello!"], ["done"])
