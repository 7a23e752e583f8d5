"""What an app shows otherwise than it was written ends as unknown, and is never written a second time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phonefleet.apps.pages.post_ref import post_at
from phonefleet.errors import OutcomeUnknown
from phonefleet.scripts.comment import CommentConfig
from phonefleet.scripts.message import MessageConfig
from phonefleet.scripts.post import PostConfig
from tasks.comments import comment_on_post
from tasks.context import RunContext
from tasks.messages import send_message
from tasks.profile_editing import set_bio, set_nickname
from tasks.publishing import publish_post
from tests.media_files import picture, written
from tests.tasks.on_phones import ME, on_a_phone, states
from virtual_phones.world import World
from virtual_phones.world.identity import Identity

PERSON = "person_0771"
WORDS = "Good morning"
HEARD = "G**d morning"


@pytest.fixture(autouse=True)
def _phone(context: RunContext, world: World, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work on an app that does not like the words."""
    on_a_phone(context, world, version)
    for owner, name in ((World, "send"), (World, "comment"), (World, "publish"), (Identity, "change")):
        monkeypatch.setattr(owner, name, censored(getattr(owner, name)))


def censored(act: Callable[..., Any]) -> Callable[..., Any]:
    def acted(*args: Any, **more: Any) -> Any:
        return act(*(HEARD if each == WORDS else each for each in args), **more)

    return acted


def message(context: RunContext, world: World, folder: Path) -> object:
    del context, world, folder
    config = MessageConfig.model_validate({"target_users": [PERSON], "message_contents": WORDS})
    return send_message.fn(PERSON, config, "direct")


def comment(context: RunContext, world: World, folder: Path) -> object:
    del context, folder
    post = post_at("sample://post/" + next(post.id for post in world.posts() if post.kind == "plain"))
    config = CommentConfig.model_validate({"target_post_urls": [post.target], "comment_content": WORDS})
    return comment_on_post.fn(post, config)


def post(context: RunContext, world: World, folder: Path) -> object:
    del context, world
    path = written(folder / "1.jpg", picture())
    config = {"content_type": 1, "material_list": [str(path)], "captions": WORDS, "post_way": "addButton"}
    return publish_post.fn(PostConfig.model_validate(config))


def nickname(context: RunContext, world: World, folder: Path) -> object:
    del context, world, folder
    return set_nickname.fn((WORDS,), "random")


def bio(context: RunContext, world: World, folder: Path) -> object:
    del context, world, folder
    return set_bio.fn((WORDS,), "random")


LISTS = {"message": "messages", "comment": "comments", "post": "posts", "nickname": "profile_changes"}
VERBS = (message, comment, post, nickname, bio)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_it_ends_as_unknown_and_is_not_written_again(
    context: RunContext, world: World, tmp_path: Path, verb: Callable[[RunContext, World, Path], object]
) -> None:
    for _ in range(3):  # with its retries, in a new process, and when a person asks for another try
        context.driver = None
        with pytest.raises(OutcomeUnknown, match="may have happened: "):
            verb(context, world, tmp_path)
    dumped: dict[str, Any] = {**world.dump()}
    events = dumped[LISTS.get(verb.__name__, "profile_changes")]
    assert len([event for event in events if ME in event.values() and HEARD in event.values()]) == 1
    assert len([event for event in events if WORDS in event.values()]) == 0
    assert states(context) == ["unknown"]
