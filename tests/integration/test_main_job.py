"""How the main job finds people: tests/fundamentals shows the rest of it."""

from __future__ import annotations

from tests.integration.stack import Stack


def test_search_finds_the_exact_name_among_look_alikes(stack: Stack) -> None:
    [task] = stack.finished(
        stack.post("follow", ["person_0121"], stack.serials[:1], config={"access_method": "search"})
    )
    assert task["status"] == 2, task["remark"]
    assert len(stack.follows("person_0121")) == 1


def test_a_private_person_counts_as_done_when_requested(stack: Stack) -> None:
    [task] = stack.finished(stack.post("follow", ["private_0001"], stack.serials[:1]))
    assert task["status"] == 2, task["remark"]
