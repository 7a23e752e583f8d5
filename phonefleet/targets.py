"""Whom or what a configuration is about, as far as it can be said without knowing its script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

USUAL_FIELDS = ("target_users", "target_post_urls")
"""The fields of targets that scripts have: people (usernames without `@`), and addresses of posts."""


def usual_targets(config: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """Return the targets in the usual fields of a configuration, by field.

    One that takes its targets from a pool that others share has none there. Nobody may have checked the values.
    """
    given = {field: _strings(config.get(field)) for field in USUAL_FIELDS}
    return {field: targets for field, targets in given.items() if targets}


def _strings(value: object) -> tuple[str, ...]:
    """Return a list that nobody may have checked, or one string, as strings."""
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, cast("list[object]", value))) if isinstance(value, list | tuple) else ()
