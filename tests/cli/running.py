"""Runs the command line in this process, through its entry point."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from deployments.cli import main


class Done(NamedTuple):
    """What a command has left."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


def without_settings(environment: pytest.MonkeyPatch, home: Path) -> None:
    """Take away everybody's settings, and give a data folder of its own."""
    for name in [name for name in os.environ if name.startswith("PHONEFLEET_")]:
        environment.delenv(name)
    environment.setenv("COLUMNS", "200")
    environment.setenv("PHONEFLEET_HOME", str(home))


def run_here(
    environment: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: Sequence[str],
    settings: Mapping[str, str],
) -> Done:
    """Run `phonefleet` with arguments, and `PHONEFLEET_…` from the settings."""
    for name, value in settings.items():
        environment.setenv(f"PHONEFLEET_{name.upper()}", value)
    environment.setattr(sys, "argv", ["phonefleet", *arguments])
    with logs_as_they_were(), pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    code = ended.value.code
    return Done(code if isinstance(code, int) else 0, said.out, said.err)


@contextmanager
def logs_as_they_were() -> Generator[None]:
    """Take away what the block has logs written to: a stream that is closed by the time that another thread logs."""
    before = {logger: (logger.handlers[:], logger.level, logger.propagate) for logger in _loggers()}
    try:
        yield
    finally:
        for logger in _loggers():
            if logger in before:
                logger.handlers[:], logger.level, logger.propagate = before[logger]
            else:
                logger.handlers[:] = [each for each in logger.handlers if not hasattr(each, "stream")]


def _loggers() -> list[logging.Logger]:
    return [logging.getLogger(), *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
