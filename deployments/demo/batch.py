"""The requests of the demonstration: a mixed batch for every phone, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

PEOPLE = 1000
"""The virtual phones' world has the users person_0001 … person_1000."""
PUBLIC_TARGETS = 3


def requests(serials: Sequence[str], seed: int | None) -> list[dict[str, Any]]:
    """Return the bodies for POST /task, in order: follow by link, follow by search, unfollow."""
    chance = random.Random(seed)  # noqa: S311 - a choice of targets, no secret
    targets = [f"person_{number:04}" for number in chance.sample(range(1, PEOPLE + 1), PUBLIC_TARGETS)]
    return [
        _request(serials, "follow", target_users=targets),
        _request(serials, "follow", target_users=["private_0001"], access_method="search"),
        _request(serials, "unfollow", target_users=targets[:1]),
    ]


def _request(serials: Sequence[str], script: str, **config: object) -> dict[str, Any]:
    return {"serials": list(serials), "script_name": script, "script_config": config}
