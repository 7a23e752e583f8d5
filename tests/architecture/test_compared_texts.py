"""What a screen says is compared with what was meant in one place only: `phonefleet.apps.shown_text`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOME = ROOT / "phonefleet" / "apps" / "shown_text.py"
RULES = ROOT / "phonefleet" / "apps" / "screens" / "selector.py"
"""Compares with the rules of a profile, which are written as dumps are: `dumped` is applied when they are read."""

MODULES = sorted({*(ROOT / "phonefleet" / "apps").rglob("*.py"), *(ROOT / "tasks").rglob("*.py")} - {HOME, RULES})
SAID = {"label", "text", "desc", "caption", "nickname", "bio"}
"""Attributes that hold what a screen says, or what it is to say."""

MADE = {"look", "plain", "dumped", "trimmed", "casefold", "lower", "split", "strip", "label"}
"""Calls that prepare a text to be compared."""

PARTS = {"startswith", "endswith"}
COMPARISONS = ast.Eq | ast.NotEq


def violations(source: str) -> Iterator[int]:
    """Yield the lines on which something that a screen says is compared by hand."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and any(isinstance(each, COMPARISONS) for each in node.ops):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _called(node) in PARTS:
            sides = [node.func.value]
        else:
            continue
        if any(map(_speaks, sides)):
            yield node.lineno


def _speaks(side: ast.expr) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr in SAID)
        or (isinstance(node, ast.Call) and _called(node) in MADE)
        for node in ast.walk(side)
    )


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def test_no_other_module_compares_texts_by_hand() -> None:
    assert len(MODULES) > 1
    assert not [
        f"{module.relative_to(ROOT)}:{line}"
        for module in MODULES
        for line in violations(module.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(
    "source",
    [
        "found = element.text == text",
        "found = plain(row.label) == plain(name)",
        "found = ' '.join(shown.split()) != caption",
        "found = row.label.startswith(text)",
        "found = getattr(page.read(), 'bio').strip() == value",
    ],
)
def test_a_comparison_by_hand_is_noticed(source: str) -> None:
    assert list(violations(source))
