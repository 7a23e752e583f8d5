"""A module is short enough to be read in one go; one that is longer has a reason."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("phonefleet", "virtual_phones", "tasks", "flows", "api", "deployments", "tests")
LIMIT = 500
"""Lines of a module."""

LONG = {
    "phonefleet/client/answers.py": "made from the OpenAPI document, which CI compares it with",
    "tests/page/test_in_browser.py": "one browser and one stack, which take long to start, for all its tests",
    "tests/apps/test_windows.py": "one set of windows, which all its tests put into other orders",
}
"""Modules that may be longer, by their paths, and why."""


def test_a_module_is_short_unless_there_is_a_reason() -> None:
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    long = {str(path.relative_to(ROOT)) for path in modules if len(path.read_bytes().splitlines()) > LIMIT}
    assert len(modules) > len(ROOMS)
    assert long == set(LONG)
