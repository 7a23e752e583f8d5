"""Reads Markdown as far as the tests of the documentation need it: fenced blocks with their marks, anchors, links."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = ("docs/api.md", "docs/scripts.md")
"""Made of the code by `just docs`; a test of their own compares them."""

NOT_RUN, PARSED, FILE, PART = "not run", "parsed only", "file", "part of a profile"
_MARK = rf"<!-- (?P<mark>{NOT_RUN}|{PARSED}|{FILE}|{PART})(?:: (?P<more>[^\n]*?))? -->\n"
_BLOCK = re.compile(
    rf"(?:^ *{_MARK})?^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE
)
_FENCED = re.compile(r"^( *)```.*?^\1```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `mark` says what else than running it a test does, `more` why, or the file that it is."""

    page: str
    line: int
    language: str
    text: str
    mark: str = ""
    more: str = ""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[str]:
    """Return the hand-written pages, by their paths in the repository."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(str(path.relative_to(ROOT)) for path in found if str(path.relative_to(ROOT)) not in GENERATED)


@lru_cache
def text_of(page: str) -> str:
    """Return a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page, in their order."""
    text = text_of(page)
    return [
        Block(
            page,
            text.count("\n", 0, found.start("language")) + 1,
            found["language"],
            textwrap.dedent(found["text"]),
            found["mark"] or "",
            found["more"] or "",
        )
        for found in _BLOCK.finditer(text)
    ]


def fences(page: str) -> int:
    """Return how many fenced blocks a page has, however they are written."""
    return len(re.findall(r"^ *```", text_of(page), re.MULTILINE)) // 2


def links(page: str) -> list[str]:
    """Return where the links of a page lead, apart from those into the world."""
    prose = _FENCED.sub("", text_of(page))
    return [target for target in _LINK.findall(prose) if "://" not in target]


def anchors(page: str) -> set[str]:
    """Return the names of a page's headings, as a link gives them."""
    prose = _FENCED.sub("", text_of(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(prose)}


def inline_code(page: str) -> list[str]:
    """Return what a page's prose shows as code."""
    return _INLINE.findall(_FENCED.sub("", text_of(page)).replace("\\`", "'"))


def guide() -> list[str]:
    """Return the pages of the guide, by their paths in the repository, in the order of docs/README.md."""
    table = text_of("docs/README.md").partition("## Reference")[0]
    named: list[str] = re.findall(r"^\| \[[^]]+\]\(([^)#]+)\)", table, re.MULTILINE)
    return [f"docs/{target}" for target in named]
