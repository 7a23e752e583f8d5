"""No code but a script's own file knows a script by its name: what is true of a script is said by the script."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from phonefleet.limits.kinds import KINDS
from phonefleet.scripts import FLOWS

ROOT = Path(__file__).parents[2]
FLOORS = ("phonefleet", "api", "tasks", "deployments")
NAMES = FLOWS.keys() - set(KINDS)
"""The names that are not the name of a kind of action as well, which budgets go by."""


def test_scripts_have_names_that_can_be_looked_for() -> None:
    assert {"super_marketing", "account_warmup", "scrape_user"} <= NAMES


@pytest.mark.parametrize("floor", FLOORS)
def test_no_other_code_knows_a_script_by_its_name(floor: str) -> None:
    files = [path for path in (ROOT / floor).rglob("*.py") if not _is_exempt(path)]
    assert files
    assert not [f"{path.relative_to(ROOT)}:{line}" for path in files for line in _named(path)]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_look_finds_a_name_where_there_is_one(name: str) -> None:
    assert list(_named(ROOT / "phonefleet" / "scripts" / f"{FLOWS[name].module or name}.py"))


def _is_exempt(path: Path) -> bool:
    """Migrations tell what the tables were, and never change."""
    return path.is_relative_to(ROOT / "phonefleet/scripts") or "migrations" in path.parts


def _named(path: Path) -> Iterator[int]:
    """Yield the lines on which a string is the name of a script."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and node.value in NAMES:
            yield node.lineno
