"""Posts over HTTP, through Prefect, onto phones: each way once. They concern nobody but the accounts themselves."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import httpx
import pytest

from tests.integration.stack import Stack
from tests.media_files import picture


def taken_in(stack: Stack, content: bytes, tag: str) -> dict[str, object]:
    """Send a picture into the library and return what the API says of it."""
    url = f"{stack.endpoints['api']}/api/v1/media"
    answer = httpx.post(url, params={"name": "bread.jpg", "tag": tag}, content=content, timeout=30).json()
    assert answer["code"] == 0, answer
    return answer["data"]


@pytest.mark.parametrize(
    ("way", "placement", "phones"),
    [("share", "reel", (0, 1)), ("addButton", "story", (1, 2)), ("useSound", "reel", (2,))],
)
def test_pictures_of_the_library_are_published_in_turn(
    stack: Stack, way: str, placement: str, phones: tuple[int, ...]
) -> None:
    tag = uuid4().hex[:12]
    contents = [picture(colour=f"#{number}{tag[:5]}") for number in range(2)]
    for content in contents:
        taken_in(stack, content, tag)
    config = {
        "content_type": 1, "materials_tags": tag, "captions": f"First {tag}\nSecond {tag}", "post_way": way,
        "placement": placement, "sound_name": "Night Train", "ai_label": True,
    }  # fmt: skip
    serials = [stack.serials[phone] for phone in phones]  # no account publishes more than its budget of a day
    body = {
        "serials": serials, "script_name": "post", "script_config": config, "enable_multi_account": len(phones) == 1,
    }  # fmt: skip
    tasks = stack.finished(stack.call("POST", "/task", body)["task_ids"])
    assert [task["status"] for task in tasks] == [2, 2], [task["remark"] for task in tasks]
    posts = [post for post in stack.world()["posts"] if tag in post["caption"]]
    assert sorted(post["caption"].split()[0] for post in posts) == ["First", "Second"]
    assert {post["files"] for post in posts} == {hashlib.sha256(content).hexdigest() for content in contents}
    assert {(post["placement"], post["ai_label"]) for post in posts} == {(placement, "true")}
    assert {task["actions"][0]["state"] for task in tasks} == {"done"}


def test_a_file_that_no_request_may_name_is_refused_before_anything_starts(stack: Stack) -> None:
    config = {"content_type": 1, "material_list": ["/etc/hostname"]}
    body = {"serials": stack.serials[:1], "script_name": "post", "script_config": config}
    answer = httpx.post(stack.endpoints["api"] + "/api/v1/task", json=body, timeout=30).json()
    assert answer["code"] == 40001
    assert "/etc/hostname" in answer["message"]
