"""Somebody who does what a page says, block by block."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.running import Done
from tests.docs.markdown import FILE, NOT_RUN, PARSED, Block, blocks
from tests.docs.shell import Command, commands

_PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Reader:
    """Runs examples in `folder`, with what is elsewhere here `replaced` and the settings of what runs."""

    run: Callable[..., Done]
    folder: Path
    environment: pytest.MonkeyPatch
    replaced: Mapping[str, str]
    settings: Mapping[str, str]

    def work_through(self, page: str) -> None:
        """Do what a page says, from its top to its end."""
        for block in blocks(page):
            if block.mark not in {NOT_RUN, PARSED}:
                self.do(block)

    def do(self, block: Block) -> None:
        """Do what a block says. Raises AssertionError where it does not work."""
        if block.mark == FILE:
            file = self.folder / block.more
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            self._have_done(block, [sys.executable, "-c", self._here(block.text)])
        elif block.language == "sh":
            for command in commands(block):
                self._obey(block, command)

    def _obey(self, block: Block, command: Command) -> None:
        words = tuple(
            os.path.expandvars(Path(self._here(word)).expanduser())
            if word[:1] == "~"
            else os.path.expandvars(self._here(word))
            for word in command.words
        )
        for name, value in command.settings.items():
            self.environment.setenv(name, value)
        if words[0] == "export":
            for pair in words[1:]:
                self.environment.setenv(*pair.split("=", 1))
        elif command.ours is None:
            self._have_done(block, ["sh", "-c", self._shell(command.text)])
        else:
            done = self.run(*words[1:], **self.settings)
            assert done.returncode == 0, f"{block}: {command.text}\n{done.stdout}{done.stderr}"
            if command.into:
                (self.folder / command.into).write_text(done.stdout, encoding="utf-8")

    def _have_done(self, block: Block, command: list[str]) -> None:
        path = f"{_PROGRAMS}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=200, cwd=self.folder, env=environment
        )
        assert done.returncode == 0, f"{block}: {command[-1]}\n{done.stdout}{done.stderr}"

    def _here(self, text: str) -> str:
        for there, here in self.replaced.items():
            text = text.replace(there, here)
        return text

    def _shell(self, text: str) -> str:
        """Return a line for the shell: the programs of `uv run` are on the path, and curl fails where HTTP does."""
        text = text.replace("uv run --project ~/phonefleet ", "").replace("uv run ", "")
        return self._here(text).replace("curl ", "curl --silent --show-error --fail-with-body ", 1)
