"""Reads the shell of documentation's examples: commands that go over several lines, `uv run`, output into a file."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import typer.main

from deployments.cli.app import app
from deployments.cli.shared.lazy import LazyGroup
from tests.docs.markdown import Block

_SETTING = re.compile(r"([A-Z_]+)=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it stands there, its words without what the shell does with the output, the settings before them."""

    text: str
    words: tuple[str, ...]
    settings: Mapping[str, str]
    into: str | None = None

    @property
    def ours(self) -> tuple[str, ...] | None:
        """What follows `phonefleet`; None for another program."""
        return self.words[1:] if self.words[:1] == ("phonefleet",) else None


def commands(block: Block) -> list[Command]:
    """Return the commands of a block."""
    return [_command(text) for text in _lines(block.text)]


def parse(words: tuple[str, ...]) -> Any:
    """Return what the command line makes of the words behind `phonefleet`. Raises what a wrong use raises."""
    command: Any = typer.main.get_command(app)
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        name, words = words[0], words[1:]
        command = loaded(command, name)
    return command.make_context("phonefleet", list(words), resilient_parsing="--version" in words)


def loaded(group: Any, name: str) -> Any:
    """Return a command of a group, imported if it was not yet."""
    return group.loaded(name) if isinstance(group, LazyGroup) else group.commands[name]


def _lines(text: str) -> Iterator[str]:
    """Yield commands; one goes on while a quote is open, and behind a backslash."""
    held = ""
    for line in text.splitlines():
        held = f"{held}\n{line}" if held else line
        if _is_whole(held):
            if shlex.split(held, comments=True):
                yield held
            held = ""
    assert not held, f"this command does not end: {held}"


def _is_whole(text: str) -> bool:
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return False
    return not text.endswith("\\")


def _command(text: str) -> Command:
    settings, words = split(shlex.split(text.replace("\\\n", " "), comments=True))
    ends = [place for place, word in enumerate(words) if word in {"|", ">"}]
    if not ends or words[:1] != ["phonefleet"]:
        return Command(text, tuple(words), settings)
    into = words[ends[0] + 1] if words[ends[0]] == ">" else None
    return Command(text, tuple(words[: ends[0]]), settings, into)


def split(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the settings before a command, and the command without `uv run`."""
    settings: dict[str, str] = {}
    while words and (found := _SETTING.fullmatch(words[0])):
        settings[found[1]] = found[2]
        words = words[1:]
    if words[:2] == ["uv", "run"]:
        words = words[4:] if words[2:3] == ["--project"] else words[2:]
    return settings, words
