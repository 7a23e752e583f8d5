"""What somebody who has done what a page says finds afterwards."""

from __future__ import annotations

import re

from tests.integration.stack import Stack


def assert_visited(stack: Stack, *people: str) -> None:
    """See that the script of the guide has written down what the app shows."""
    tasks = stack.call("GET", "/task?script_name=visit&status=2")["tasks"]
    outcomes = [each for task in tasks for each in task["result"]["outcomes"]]
    noted = {each["target"]: int(re.sub(r"\D", "", each["outcome"])) for each in outcomes}
    follows = stack.world()["follows"]
    assert set(noted) == set(people)
    for person, number in noted.items():
        known = [follow for follow in follows if follow["followee"] == person]
        assert number >= len(known)
