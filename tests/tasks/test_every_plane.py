"""What is written is written once, in letters of every plane of Unicode, whatever reads just like it in a dump."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phonefleet.apps.pages.comments import CommentsPage
from phonefleet.apps.pages.edit_profile import OwnProfile
from phonefleet.apps.pages.post_ref import PostRef, post_at
from phonefleet.apps.pages.thread import ThreadPage
from phonefleet.errors import LinkLost
from phonefleet.ledger.values import ChosenText
from phonefleet.scripts.message import MessageConfig
from tasks.comments import write_comment
from tasks.context import RunContext
from tasks.messages import send_message
from tasks.profile_editing import set_nickname
from tests.every_plane import TEXTS, VEILED, lookalike
from tests.tasks.on_phones import ME, Killed, another_task, on_a_phone, states
from virtual_phones.world import World

PERSON = "person_0771"

each_on_its_own = settings(
    max_examples=8,
    # Each example begins a task of its own in a world of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
TROUBLES = st.sampled_from([None, LinkLost, Killed])


@contextmanager
def broken(page: type, name: str, trouble: type[BaseException] | None, *, after: bool) -> Generator[None]:
    """Let a touch that cannot be taken back break once, before or after it had its effect."""
    whole: Callable[[object], None] = getattr(page, name)

    def break_once(self: object) -> None:
        setattr(page, name, whole)
        if after:
            whole(self)
        if trouble is not None:
            raise trouble

    if trouble is not None:
        setattr(page, name, break_once)
    try:
        yield
    finally:
        setattr(page, name, whole)


def insist(act: Callable[[], str]) -> str:
    """Begin again once, as a retry or a new process does."""
    try:
        return act()
    except (LinkLost, Killed):
        return act()


def begin(context: RunContext, version: str) -> World:
    """Return a world of its own for a new task."""
    another_task(context)
    world = World(seed=1, phones=1)
    on_a_phone(context, world, version)
    return world


def write_to(context: RunContext, text: str) -> str:
    context.driver = None
    context.ledger.texts.choose(context.task_id, "message", PERSON, lambda: ChosenText(text))
    config = MessageConfig.model_validate({"target_users": [PERSON], "message_contents": "chosen already"})
    return send_message.fn(PERSON, config, "direct")


def comment(context: RunContext, post: PostRef, text: str) -> str:
    context.driver = None
    context.ledger.texts.choose(context.task_id, "comment", post.target, lambda: ChosenText(text))
    return write_comment(post, text)


def messages(world: World) -> list[str]:
    return [each["text"] for each in world.dump()["messages"]]


def comments(world: World) -> list[str]:
    return [each["text"] for each in world.dump()["comments"] if each["username"] == ME]


@each_on_its_own
@given(text=TEXTS, trouble=TROUBLES, after=st.booleans())
@example(text="Hi 😀", trouble=LinkLost, after=True)
def test_a_message_is_sent_once(
    context: RunContext, version: str, *, text: str, trouble: type[BaseException] | None, after: bool
) -> None:
    world = begin(context, version)
    with broken(ThreadPage, "send", trouble, after=after):
        assert insist(lambda: write_to(context, text)) == "done"
    assert (messages(world), states(context)) == ([text], ["done"])


@each_on_its_own
@given(text=VEILED, trouble=TROUBLES, after=st.booleans(), older=st.integers(1, 7))
def test_an_older_message_that_reads_just_like_it_is_not_taken_for_it(  # noqa: PLR0913 - fixtures
    context: RunContext, version: str, *, text: str, trouble: type[BaseException] | None, after: bool, older: int
) -> None:
    world = begin(context, version)
    world.send(PERSON, ME, "Who are you?")
    for _ in range(older):
        world.send(ME, PERSON, lookalike(text))
    with broken(ThreadPage, "send", trouble, after=after):
        assert insist(lambda: write_to(context, text)) == "done"
    assert messages(world).count(text) == 1


@each_on_its_own
@given(text=VEILED, after=st.booleans())
def test_a_message_of_another_task_that_reads_just_like_it_is_not_taken_for_it(
    context: RunContext, version: str, *, text: str, after: bool
) -> None:
    world = begin(context, version)
    first = context.task_id
    with broken(ThreadPage, "send", Killed, after=after), pytest.raises(Killed):
        write_to(context, text)
    another_task(context)
    assert write_to(context, lookalike(text)) == "done"
    context.task_id = first
    assert write_to(context, text) == "done"
    assert sorted(messages(world)) == sorted([text, lookalike(text)])


@each_on_its_own
@given(text=TEXTS, trouble=TROUBLES, after=st.booleans())
@example(text="Hi 😀", trouble=LinkLost, after=True)
def test_a_comment_is_written_once(
    context: RunContext, version: str, *, text: str, trouble: type[BaseException] | None, after: bool
) -> None:
    world = begin(context, version)
    post = post_at("sample://post/" + world.publish("person_0703", "Fresh bread"))
    with broken(CommentsPage, "send", trouble, after=after):
        assert insist(lambda: comment(context, post, text)) == "done"
    assert (comments(world), states(context)) == ([text], ["done"])
    another_task(context)
    assert comment(context, post, text) == "already"
    assert comments(world) == [text]


@each_on_its_own
@given(text=VEILED, trouble=TROUBLES, after=st.booleans(), others=st.integers(0, 12))
def test_an_older_comment_that_reads_just_like_it_is_not_taken_for_it(  # noqa: PLR0913 - fixtures
    context: RunContext, version: str, *, text: str, trouble: type[BaseException] | None, after: bool, others: int
) -> None:
    world = begin(context, version)
    post = post_at("sample://post/" + world.publish("person_0703", "Fresh bread"))
    for number in range(others):
        world.comment(f"person_{number + 1:04}", post.id, "Yum")
        if number == others // 2:
            world.comment(ME, post.id, lookalike(text))
    with broken(CommentsPage, "send", trouble, after=after):
        assert insist(lambda: comment(context, post, text)) == "done"
    assert comments(world).count(text) == 1


@each_on_its_own
@given(text=VEILED.filter(lambda text: len(text) <= 30), trouble=TROUBLES, after=st.booleans(), similar=st.booleans())
def test_a_nickname_is_set_once_though_the_old_one_reads_just_like_it(  # noqa: PLR0913 - fixtures
    context: RunContext, version: str, *, text: str, trouble: type[BaseException] | None, after: bool, similar: bool
) -> None:
    world = begin(context, version)
    world.identity.change(ME, "name", lookalike(text) if similar else "Shop")
    context.ledger.texts.choose(context.task_id, "profile", "nickname", lambda: ChosenText(text))
    with broken(OwnProfile, "save", trouble, after=after):
        assert insist(lambda: set_nickname.fn(("chosen already",), "random")) == "done"
    assert [each["value"] for each in world.dump()["profile_changes"]][1:] == [text]
