"""The layers import in one direction, and importing anything does nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("phonefleet", "virtual_phones", "tasks", "flows", "api", "deployments")
MODULES = sorted(path for package in OURS for path in (ROOT / package).rglob("*.py"))
MADE = ROOT / "phonefleet" / "client" / "answers.py"
"""Written by a program; nobody reads it from top to end."""


def test_the_import_contracts_hold() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))


@pytest.mark.parametrize("module", sorted({*MODULES} - {MADE}), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_is_short_enough_to_read(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 300
