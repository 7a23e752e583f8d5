"""What allows another touch: a list of comments that was read to its end and holds nothing new that may be ours."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from phonefleet.apps.pages.comments import CommentsPage, Row
from phonefleet.apps.pages.post_ref import PostRef, post_at
from phonefleet.apps.screens.screen import Screen
from phonefleet.errors import OutcomeUnknown
from phonefleet.scripts.comment import CommentConfig
from tasks.comments import comment_on_post
from tasks.context import RunContext
from tests.tasks.on_phones import ME, Killed, on_a_phone, states
from virtual_phones.world import World


def published(context: RunContext, world: World, version: str) -> PostRef:
    """Return a new post that the account sees on its phone."""
    on_a_phone(context, world, version)
    return post_at("sample://post/" + world.publish("person_0703", "Fresh bread"))


def comment(post: PostRef) -> str | None:
    return comment_on_post.fn(
        post, CommentConfig.model_validate({"target_post_urls": [post.target], "comment_content": "Nice."})
    )


def kill_at_the_touch(post: PostRef, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process die right before it touches Send."""
    send = CommentsPage.send

    def broken(_page: CommentsPage) -> None:
        monkeypatch.setattr(CommentsPage, "send", send)
        raise Killed

    monkeypatch.setattr(CommentsPage, "send", broken)
    with pytest.raises(Killed):
        comment(post)


@pytest.mark.parametrize(
    ("new", "outcome"),
    [
        ([], "done"),
        ([("person_0001", "Yum")], "done"),
        ([("person_0001", "Nice.")], "unknown"),
        ([(ME, "By hand")], "unknown"),
    ],
)
def test_a_comment_is_written_again_only_where_nothing_new_can_be_it(  # noqa: PLR0913, PLR0917 - fixtures
    context: RunContext,
    world: World,
    version: str,
    monkeypatch: pytest.MonkeyPatch,
    new: list[tuple[str, str]],
    outcome: str,
) -> None:
    post = published(context, world, version)
    world.comment(ME, post.id, "Earlier")
    kill_at_the_touch(post, monkeypatch)
    for author, text in new:
        world.comment(author, post.id, text)
    context.driver = None
    with nullcontext() if outcome == "done" else pytest.raises(OutcomeUnknown, match="reads differently"):
        comment(post)
    assert states(context) == [outcome]
    ours = [each["text"] for each in world.dump()["comments"] if each["username"] == ME]
    assert ours.count("Nice.") == (outcome == "done")


def test_people_whose_labels_are_no_usernames_leave_open_whose_a_new_comment_is(
    context: RunContext, world: World, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published(context, world, version)
    named = {ME: "The Corner Shop"}
    rows = CommentsPage._rows  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def shown(page: CommentsPage, screen: Screen) -> list[Row]:
        return [Row(named.get(row.author, row.author), row.text) for row in rows(page, screen)]

    monkeypatch.setattr(CommentsPage, "_rows", shown)
    with pytest.raises(OutcomeUnknown, match="reads differently"):
        comment(post)
    assert len(world.dump()["comments"]) == 1


def test_a_new_comment_of_ours_in_place_of_an_old_one_may_be_it(
    context: RunContext, world: World, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = published(context, world, version)
    world.comment(ME, post.id, "Earlier")
    kill_at_the_touch(post, monkeypatch)
    other = World(seed=1, phones=1)
    other.publish("person_0703", "Fresh bread")
    other.comment(ME, post.id, "N*ce")
    on_a_phone(context, other, version)
    with pytest.raises(OutcomeUnknown, match="may have happened"):
        comment(post)
    assert states(context) == ["unknown"]
