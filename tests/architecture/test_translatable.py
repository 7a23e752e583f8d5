"""What people are told can be said in every language: it is a message, or a text that the catalogues know."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("phonefleet", "api", "tasks", "flows", "deployments")
MODULES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
PRINTING = {"echo", "print_error", "tell", "say_line"}
INSIDE = {"geometry.py", "hardware.py"}
"""Modules whose errors are about our own code, and reach nobody."""


def errors() -> frozenset[str]:
    """Return the names of the errors that reach people: those below `PhonefleetError`."""
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in MODULES]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names = {"PhonefleetError"}
    while more := {one.name for one in classes if any(called(base) in names for base in one.bases)} - names:
        names |= more
    return frozenset(names)


def violations(tree: ast.AST, known: frozenset[str]) -> Iterator[int]:
    """Yield the lines on which somebody is told a text that no catalogue can know."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and called(node.exc.func) in known:
            yield from (one.lineno for one in node.exc.args if is_sentence(one))
        elif isinstance(node, ast.Call) and called(node.func) in PRINTING | {"Problem", "Reason", "Finding"}:
            yield from (one.lineno for one in node.args if is_sentence(one))
        elif isinstance(node, ast.Assign) and is_sentence(node.value) and called(node.targets[0]) == "message":
            yield node.lineno


def is_sentence(node: ast.expr) -> bool:
    """Tell whether a node is a literal of several words, apart from lines that programs read."""
    if isinstance(node, ast.Constant):
        text = node.value if isinstance(node.value, str) else ""
    elif isinstance(node, ast.JoinedStr):
        text = "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
    else:
        return False
    words = [word for word in text.split() if word.isalpha()]
    return len(words) > 1 and not text.startswith(("adb ", "phonefleet "))


def called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def test_everything_that_people_are_told_can_be_translated() -> None:
    known = errors()
    assert len(known) > 50
    found = [
        f"{module.relative_to(ROOT)}:{line}"
        for module in MODULES
        if module.name not in INSIDE
        for line in violations(ast.parse(module.read_text(encoding="utf-8")), known)
    ]
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        'raise Permanent("it is gone")',
        'raise Permanent(f"{name} is gone now")',
        'message = "it is gone"',
        'raise Problem(NOT_FOUND, f"There is no task {task_id}")',
        'echo("Nothing was changed")',
    ],
)
def test_a_sentence_that_is_no_message_is_found(source: str) -> None:
    assert [*violations(ast.parse(source), frozenset({"Permanent", "Problem"}))]


def test_every_text_has_its_translation_with_the_same_parameters() -> None:
    checked = subprocess.run(
        [sys.executable, ".ci/words.py", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
