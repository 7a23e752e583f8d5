"""A task that fails says why, and keeps what the phone showed."""

from __future__ import annotations

from tests.integration.stack import Stack


def test_an_unknown_person_fails_with_a_remark_that_names_them(stack: Stack) -> None:
    [task] = stack.finished(stack.post("follow", ["nobody_at_all"], stack.serials[:1]))
    assert task["status"] == 3
    assert "nobody_at_all" in task["remark"]


def test_a_failure_keeps_a_picture_and_the_hierarchy(stack: Stack) -> None:
    [task] = stack.finished(stack.post("follow", ["nobody_in_the_picture"], stack.serials[:1]))
    assert {artifact["kind"] for artifact in task["artifacts"]} == {"screenshot", "hierarchy"}
    assert all((stack.home / "evidence" / artifact["path"]).stat().st_size for artifact in task["artifacts"])
