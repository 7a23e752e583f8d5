"""What is asked happens once and to nobody else, in each language of the sample app, however unkind it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from phonefleet.apps.pages.post_ref import post_at
from phonefleet.scripts.comment import CommentText
from phonefleet.scripts.message import MessageConfig
from tasks.comments import comment_on_post
from tasks.context import RunContext
from tasks.messages import send_message
from tasks.people import follow_user, unfollow_user
from tasks.posts import like_post
from tests.tasks.on_phones import ME, another_task, on_a_phone, until_done
from virtual_phones.faults import Faults
from virtual_phones.sample import PACKAGE, SampleApp
from virtual_phones.world import World

SPOKEN = [("1.4.2", "en-US"), ("3.2.0", "ru-RU"), ("3.2.0", "fr-FR")]
PEOPLE = ("person_0774", "person_0779", "person_0780")
"""Somebody who bears the next person's handle as a name, somebody who shares an account, and anybody."""


@pytest.mark.parametrize(("version", "language"), SPOKEN)
@pytest.mark.parametrize("access", ["direct", "search"])
def test_people_are_followed_and_written_to_once_and_nobody_else_is(
    context: RunContext, world: World, version: str, language: str, access: str
) -> None:
    for seed, person in enumerate(PEOPLE):
        another_task(context)
        phone = on_a_phone(context, world, version, faults=Faults(0.2, seed), rate=0.1, seed=seed, language=language)
        message = MessageConfig.model_validate({"target_users": [person], "message_contents": "Hello"})
        steps: list[Callable[[], object]] = [
            lambda person=person: follow_user.fn(person, access),
            lambda person=person, message=message: send_message.fn(person, message, access, 0),
            lambda person=person: unfollow_user.fn(person, access),
        ]
        for step in steps:
            until_done(step)
        app = phone.virtual.apps[PACKAGE]
        assert isinstance(app, SampleApp)
        assert "grant" not in {effect for _, effect in app.answers}, "no permission was given"
    dump = world.dump()
    for name, whom in (("follows", "followee"), ("unfollows", "followee"), ("messages", "recipient")):
        assert [event[whom] for event in dump[name]] == list(PEOPLE), name


@pytest.mark.parametrize(("version", "language"), SPOKEN)
def test_posts_are_liked_and_commented_on_once_and_no_other_is(
    context: RunContext, world: World, version: str, language: str
) -> None:
    posts = [world.publish(person, "Fresh bread") for person in PEOPLE]
    for seed, post in enumerate(map(post_at, [f"sample://post/{post}" for post in posts])):
        another_task(context, "like")
        on_a_phone(context, world, version, faults=Faults(0.2, seed), rate=0.1, seed=seed, language=language)
        until_done(lambda post=post: like_post.fn(post))
        until_done(lambda post=post: comment_on_post.fn(post, CommentText(comment_content=("So nice",))))
    dump = world.dump()
    assert [(event["username"], event["post"]) for event in dump["likes"]] == [(ME, post) for post in posts]
    assert [(event["username"], event["post"]) for event in dump["comments"]] == [(ME, post) for post in posts]
    assert dump["follows"] == []
