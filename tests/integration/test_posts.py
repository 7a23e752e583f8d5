"""Posts over HTTP: liked, shared and commented on by phones of both app versions, each once. People 0700 to 0759."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.integration.stack import Stack


def send(stack: Stack, script: str, serials: list[str], config: Mapping[str, object]) -> list[dict[str, Any]]:
    body = {"serials": serials, "script_name": script, "script_config": config}
    tasks = stack.finished(stack.call("POST", "/task", body)["task_ids"])
    assert [task["status_text"] for task in tasks] == ["completed"] * len(tasks), [task["remark"] for task in tasks]
    return tasks


def plain_posts(stack: Stack, author: str) -> list[str]:
    """Return the ids of somebody's posts that are neither live nor advertisements, newest first."""
    posts = [post for post in stack.world()["posts"] if post["author"] == author and post["kind"] == "plain"]
    return [post["id"] for post in reversed(posts)]


def done_to(stack: Stack, name: str, posts: list[str]) -> list[tuple[str, str]]:
    return [(each["username"], each["post"]) for each in stack.world()[name] if each["post"] in posts]


def test_the_newest_posts_of_a_person_are_liked_on_both_versions_of_the_app(stack: Stack) -> None:
    posts = plain_posts(stack, "person_0703")[:2]
    assert posts, "the seed gives this person a plain post"
    serials = stack.serials[:2]
    config = {"target_users": "@person_0703", "max_posts_count": 2, "view_duration": [0, 0.1], "enable_follow": True}
    tasks = send(stack, "like", serials, config)
    actors = [each[0] for each in done_to(stack, "likes", posts)]
    assert sorted(done_to(stack, "likes", posts)) == sorted((actor, post) for actor in set(actors) for post in posts)
    assert len(set(actors)) == 2
    assert sorted(stack.follows("person_0703")) == sorted(set(actors))
    assert all(task["progress"] == {"done": len(posts), "total": len(posts)} for task in tasks)
    again = send(stack, "like", serials, config)
    assert {outcome["outcome"] for task in again for outcome in task["result"]["outcomes"]} == {"already"}
    assert len(done_to(stack, "likes", posts)) == 2 * len(posts)


def test_each_button_that_is_enabled_is_pressed_once(stack: Stack) -> None:
    [post] = plain_posts(stack, "person_0705")[:1]
    wishes: dict[str, object] = {f"enable_{wish}": True for wish in ("favorite", "repost", "share")}
    config = {"target_post_url": f"sample://post/{post}", "enable_like": False, "view_duration": 0, **wishes}
    tasks = send(stack, "like", stack.serials[:2], config)
    for name in ("favorites", "reposts", "shares"):
        assert len(set(done_to(stack, name, [post]))) == len(done_to(stack, name, [post])) == 2, name
    assert done_to(stack, "likes", [post]) == []
    assert [action["kind"] for action in tasks[0]["actions"]] == ["favorite", "repost", "share"]


def test_a_person_without_posts_is_an_outcome_and_no_failure(stack: Stack) -> None:
    [task] = send(stack, "like", stack.serials[:1], {"target_users": ["person_0700"], "view_duration": 0})
    assert task["result"]["outcomes"] == [{"target": "person_0700", "outcome": "no posts"}]


def test_comments_come_in_turn_and_stand_below_the_post_once(stack: Stack) -> None:
    [post] = plain_posts(stack, "person_0707")[:1]
    config: dict[str, object] = {
        "target_post_urls": f"https://sample.example/@person_0707/post/{post}",
        "comment_content": "{Good|Great} morning\nGood {evening|night} ✨",
        "comment_order": "sequential",
    }
    tasks = send(stack, "comment", stack.serials[:2], config)
    written = [each for each in stack.world()["comments"] if each["post"] == post]
    assert len(written) == len({each["username"] for each in written}) == 2
    texts = {each["text"] for each in written}
    assert any(text.endswith("morning") for text in texts)
    assert any(text.endswith("✨") for text in texts)
    assert {action["state"] for task in tasks for action in task["actions"]} == {"done"}


def test_a_post_that_is_gone_or_of_another_app_fails_at_once_with_a_remark_that_names_it(stack: Stack) -> None:
    urls = ["sample://post/999999", "https://other.example/post/1"]
    body = {
        "serials": stack.serials[:1],
        "script_name": "comment",
        "script_config": {"target_post_urls": urls, "comment_content": "hello"},
    }
    tasks = stack.finished(stack.call("POST", "/task", body)["task_ids"])
    assert [(task["status"], task["retry_count"]) for task in tasks] == [(3, 0), (3, 0)]
    assert all(url in task["remark"] for url, task in zip(urls, tasks, strict=True))
