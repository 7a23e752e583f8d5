"""A person looks at phones, and takes one over while it works: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.integration.stack import Stack, until
from tests.integration.taking import api, await_held, enter, follow_many, take

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def phone(stack: Stack) -> Iterator[str]:
    """A phone that nobody has taken over, before and afterwards."""
    serial = stack.serials[2]
    yield serial
    if stack.call("GET", f"/devices/{serial}/takeover")["by"]:
        stack.call("DELETE", f"/devices/{serial}/takeover?force=true")


def test_a_task_that_runs_goes_on_after_the_takeover_and_does_nothing_twice(stack: Stack, phone: str) -> None:
    targets, task_id = follow_many(stack, phone, 1)
    lease = take(stack, phone)
    await_held(stack, phone)
    waiting = stack.task(task_id)
    done = [len(stack.follows(target)) for target in targets]
    assert (waiting["status"], waiting["waits_code"]) == (0, "phone_taken_over"), waiting
    assert "taken over by Ann" in waiting["waits_for"]
    for key in ("home", "recents", "back"):
        enter(stack, phone, lease, key=key)
    assert [len(stack.follows(target)) for target in targets] == done
    stack.call("DELETE", f"/devices/{phone}/takeover?lease={lease}")
    [task] = stack.finished([task_id])
    assert (task["status"], task["retry_count"]) == (2, 0), task["remark"]
    assert [len(stack.follows(target)) for target in targets] == [1] * len(targets)


def test_a_takeover_without_inputs_ends_by_itself(stack: Stack, phone: str) -> None:
    take(stack, phone, idle_seconds=10)
    await_held(stack, phone)
    [task_id] = stack.post("follow", ["person_0045"], [phone])
    [task] = stack.finished([task_id])
    assert task["status"] == 2, task["remark"]
    earlier = stack.call("GET", f"/devices/{phone}/takeover")["earlier"][0]
    assert (earlier["by"], earlier["ended_by"], earlier["inputs"]) == ("Ann", "idleness", 0)
    assert len(stack.follows("person_0045")) == 1


def test_only_the_holder_touches_the_phone_and_what_is_typed_is_kept_nowhere(stack: Stack, phone: str) -> None:
    path = f"/devices/{phone}/takeover"
    assert api(stack, "POST", f"{path}/input", json={"lease": "none", "key": "home"}).json()["code"] == 40901
    lease = take(stack, phone)
    refused = api(stack, "POST", path, json={"by": "Ben"}).json()
    assert (refused["code"], refused["data"]["by"]) == (40901, "Ann")
    assert "taken over by Ann" in refused["message"]
    assert api(stack, "DELETE", path).json()["code"] == 40901
    await_held(stack, phone)
    assert api(stack, "POST", f"{path}/input", json={"lease": "other", "key": "home"}).json()["code"] == 40901
    typed = "correct-horse-battery"
    assert enter(stack, phone, lease, text=typed)["inputs"] == 1
    paths = [entry["path"] for entry in stack.call("GET", "/audit?page_size=20")["entries"]]
    assert f"/api/v1{path}/input" in paths
    logs = [log.read_text(errors="replace") for log in (stack.home / "logs").glob("*.log")]
    assert not any(typed in log for log in logs)
    assert typed not in api(stack, "GET", "/audit?page_size=100").text
    assert stack.call("DELETE", f"{path}?lease={lease}")["state"] == "none"


def test_a_wall_gets_small_pictures_and_only_what_has_changed(stack: Stack, phone: str) -> None:
    names = ["device_serial_1", "device_serial_2", phone, "nobody"]

    def look(seen: dict[str, str | None], **more: object) -> dict[str, dict[str, Any]]:
        phones = [{"serial": name, "seen": seen.get(name)} for name in names]
        return {one["serial"]: one for one in stack.call("POST", "/screens", {"phones": phones, **more})["screens"]}

    until("pictures of all", lambda: all(one["tag"] for name, one in look({}).items() if name != "nobody"))
    lease = take(stack, phone)
    await_held(stack, phone)
    enter(stack, phone, lease, key="home")
    until("a server on each phone", lambda: all(one["width"] == 200 for one in list(look({}).values())[:3]))
    first = look({})
    with Image.open(BytesIO(base64.b64decode(first[phone]["jpeg"]))) as image:
        assert (image.format, image.size) == ("JPEG", (first[phone]["width"], first[phone]["height"]))
    assert first["nobody"]["error"] == "There is no phone of this name."
    tags = {name: one["tag"] for name, one in first.items()}

    def news(**more: object) -> set[str]:
        """Return whose pictures are new since the last time."""
        shown = look(tags, **more)
        tags.update({name: one["tag"] for name, one in shown.items()})
        return {name for name, one in shown.items() if one["jpeg"]}

    until("screens that rest, of which nothing comes again", lambda: not news())
    stack.post("follow", ["person_0046"], [phone])
    stack.call("DELETE", f"/devices/{phone}/takeover?lease={lease}")  # the task opens the app: the screen changes
    until("the app", lambda: phone in news(wait=20))
    until("nothing of the others", lambda: not news() & set(names[:2]))


def test_one_phone_is_followed_closely(stack: Stack, phone: str) -> None:
    path = f"/devices/{phone}/screen?width=320"
    until("a picture", lambda: api(stack, "GET", path).status_code == 200)
    picture = api(stack, "GET", path)
    assert picture.headers["content-type"] == "image/jpeg"

    def known() -> httpx.Response:
        """Ask for a picture that is known; the screen may have changed meanwhile."""
        tag = api(stack, "GET", path).headers["etag"]
        return api(stack, "GET", path, headers={"If-None-Match": tag})

    until("no picture again of the same screen", lambda: known().status_code == 304)
    assert api(stack, "GET", "/devices/nobody/screen").json()["code"] == 40401
