"""Opens the catalogue of own scripts of a data folder. Light: it imports neither Prefect nor any script."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from phonefleet.own_scripts.catalogue import Catalogue
from phonefleet.own_scripts.reader import Reader, reader_environment
from phonefleet.scripts import FLOWS

_READING: Final = (sys.executable, "-P", "-m", "deployments.own_scripts.answering")
"""The command that starts a reader; -P keeps the files of the present folder out of the way of Python's own modules."""

_CAMPAIGN: Final = "campaign"
"""What the flow of campaigns is called in Prefect."""


@contextmanager
def own_scripts(home: Path) -> Generator[Catalogue]:
    """Yield the catalogue of a data folder; its reader ends with the block."""
    with reader_of(home) as reader:
        yield Catalogue(folder_of(home), reader, reserved=(*FLOWS, _CAMPAIGN))


def reader_of(home: Path) -> Reader:
    """Return what reads the scripts of a data folder; it starts its process when it is asked."""
    return Reader(_READING, reader_environment(os.environ, home))


def folder_of(home: Path) -> Path:
    """Return where the own scripts of a data folder are."""
    return home.absolute() / "scripts"
