"""A task that succeeded without doing anything says why."""

from __future__ import annotations

import pytest

from tasks.idle import why_nothing_was_done


def outcome(target: str, name: str, detail: str | None = None) -> dict[str, str]:
    return {"target": target, "outcome": name} | ({"detail": detail} if detail else {})


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        ([outcome("anna", "already")], "nothing was done: anna: it was so already"),
        ([outcome("p/1", "live post, skipped")], "nothing was done: p/1: it is a live post"),
        (
            [outcome("bob", "skipped", "@bob takes no messages"), outcome("cyd", "already")],
            "nothing was done: bob: @bob takes no messages; cyd: it was so already",
        ),
        ([outcome("p/1", "already"), outcome("p/1", "already")], "nothing was done: p/1: it was so already"),
        (
            [*(outcome(f"p/{number}", "already") for number in range(4)), outcome("p/9", "advertisement, skipped")],
            "nothing was done: it was so already (4 of 5); it is an advertisement (1 of 5)",
        ),
    ],
)
def test_why_nothing_was_done_is_told(outcomes: list[dict[str, str]], sentence: str) -> None:
    assert why_nothing_was_done(outcomes) == sentence


@pytest.mark.parametrize(
    "outcomes",
    [[], [outcome("anna", "done"), outcome("bob", "already")], [outcome("anna", "signed in")], [outcome("x", "read")]],
)
def test_a_task_that_did_something_says_nothing(outcomes: list[dict[str, str]]) -> None:
    assert why_nothing_was_done(outcomes) is None
