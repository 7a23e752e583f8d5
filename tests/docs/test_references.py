"""What the documentation names exists: pages, headings, commands, settings, files, and the words of messages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from deployments.cli.app import app
from phonefleet.settings import Settings
from tests.docs.markdown import GENERATED, ROOT, anchors, fences, inline_code, links, pages, text_of
from tests.docs.markdown import blocks as blocks_of
from tests.docs.shell import loaded, split

PAGES = [*pages(), *GENERATED]
CODE = ("phonefleet", "virtual_phones", "api", "deployments", "tasks", "flows")
GAP = "…"
"""Stands in a quoted message for what differs, and in what is read from the code for a field."""


@pytest.mark.parametrize("page", pages())
def test_every_fence_is_understood(page: str) -> None:
    assert len(blocks_of(page)) == fences(page)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_page_and_a_heading_that_exist(page: str) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent.joinpath(path).resolve() if path else ROOT / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(str(target.relative_to(ROOT))), link


def test_every_page_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    named = {(index.parent / link.partition("#")[0]).resolve() for link in links("docs/README.md")}
    left = [page for page in pages() if (ROOT / page) not in {*named, index}]
    assert [page for page in left if not page.startswith("docs/decisions/")] == ["README.md"]


def test_every_decision_has_a_number_of_its_own_which_its_heading_bears() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(record.name.partition("-")[0]) for record in records]
    assert len(numbers) == len(set(numbers)), numbers
    heads = [record.read_text(encoding="utf-8").partition(".")[0] for record in records]
    assert heads == [f"# {number}" for number in numbers]


@pytest.mark.parametrize("page", pages())
def test_every_setting_exists(page: str) -> None:
    for name in re.findall(r"PHONEFLEET_[A-Z_]*[A-Z]", text_of(page)):
        assert name in _settings() or f'"{name}"' in _tests(), name


@lru_cache
def _settings() -> set[str]:
    """Return the environment variables of the settings and of the command line's options."""
    ours = {f"PHONEFLEET_{field.upper()}" for field in Settings.model_fields}
    return ours | {variable for command in _commands() for option in command.params for variable in _variables(option)}


def _variables(option: Any) -> list[str]:
    named = option.envvar or ()
    return [named] if isinstance(named, str) else list(named)


@lru_cache
def _tests() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize("page", pages())
def test_every_command_that_the_prose_names_exists(page: str) -> None:
    for code in inline_code(page):
        _, words = split(code.split())
        if words[:1] == ["phonefleet"]:
            _resolve(words[1:], code)


def _resolve(words: list[str], code: str) -> None:
    command = _root()
    for word in words:
        if word.startswith("-") or word in {"COMMAND", GAP} or not hasattr(command, "commands"):
            return
        assert word in command.commands, code
        command = loaded(command, word)


@lru_cache
def _root() -> Any:
    return typer.main.get_command(app)


def _commands(command: Any = None) -> Iterator[Any]:
    command = command or _root()
    yield command
    for name in getattr(command, "commands", {}):
        yield from _commands(loaded(command, name))


def test_every_file_of_the_data_folder_exists_in_the_code() -> None:
    said = "\n".join(_constants())
    named = {name for page in pages() for name in re.findall(r"<home>/([\w.-]*\w)", text_of(page))}
    assert {name for name in named if name not in said} == set()


def test_every_message_of_the_troubleshooting_is_said_by_the_code() -> None:
    rows = re.findall(r"^\| `([^|]*)` \|", text_of("docs/guide/troubleshooting.md").replace("\\`", "'"), re.MULTILINE)
    assert len(rows) > 30
    assert [message for message in rows if not _is_said(message)] == []


def test_every_message_that_a_page_of_the_guide_quotes_is_said_by_the_code() -> None:
    quoted = [
        code
        for page in pages()
        if page.startswith("docs/guide/")
        for code in inline_code(page)
        if GAP in code and " " in code and not code.startswith("PHONEFLEET_")
    ]
    assert [message for message in quoted if not _is_said(message)] == []


def _is_said(message: str) -> bool:
    """Tell whether a message is in the code; a gap in either stands for a few words of the other."""
    parts = [re.escape(part.strip()) for part in _plain(message).split(GAP)]
    pattern = re.compile(".{0,80}".join(parts))
    return any(pattern.search(constant) for constant in _said())


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "'").split())


@lru_cache
def _said() -> list[str]:
    return [_plain(constant) for constant in _constants() if " " in constant]


@lru_cache
def _constants() -> list[str]:
    """Return every string of the code and of its profiles, with a gap where an f-string has a field."""
    files = [path for folder in CODE for path in (ROOT / folder).rglob("*.py")]
    return [text for path in files for text in _strings(path)]


def _strings(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(_piece(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def _piece(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else GAP
