"""A disk and a clock that belong to a fleet alone, so that one can be full and the other wrong without harm to others.

The disk is a file system in memory, which only root may mount, on Linux; or one that a person has mounted at the data
folder. The clock is a library that every process of the fleet preloads (`wrong_clock.c`, made by the C compiler of this
computer): PostgreSQL, Prefect, API, worker and launcher read the time of day through it. Monotonic time goes on as it
is, as on a computer whose clock is set. The clock of this computer is never touched.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from phonefleet.errors import Permanent
from phonefleet.words import tr

_SMALLEST: Final = 700_000_000
"""Bytes of a disk on which a fleet works: 150 MB to start, 200 MB in reserve, and what tasks leave."""
_A_PHONE: Final = 10_000_000
_LARGEST: Final = 8_000_000_000
"""A larger disk is hardly one that somebody has made to be filled."""
_PIECE: Final = b"\0" * 1_000_000
_SOURCE: Final = Path(__file__).with_name("wrong_clock.c")


class CannotStrike(Permanent):
    """This computer cannot do what a plan asks for."""


class Disk:
    """The disk of a data folder, which is its own."""

    def __init__(self, folder: Path) -> None:
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no byte free."""
        with self._filler.open("ab", buffering=0) as file:
            for piece in (_PIECE, _PIECE[:4096]):
                _write_until_full(file.fileno(), piece)

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)


def _write_until_full(descriptor: int, piece: bytes) -> None:
    try:
        while os.write(descriptor, piece):
            pass
    except OSError:
        return


@contextmanager
def small_disk(folder: Path, phones: int) -> Generator[Disk]:
    """Let a folder be a small disk of its own inside of the block, unless it is one already.

    Raises:
        CannotStrike: none can be made here; the message says what to do.

    """
    if folder.is_mount():
        if shutil.disk_usage(folder).total > _LARGEST:
            raise CannotStrike(
                tr("{folder} is a large disk, and disk_full would fill it: mount a smaller one there", folder=folder)
            )
        yield Disk(folder)
        return
    _mount(folder, _SMALLEST + _A_PHONE * phones)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)  # noqa: S603, S607 - what was mounted above


def _mount(folder: Path, size: int) -> None:
    why = "only root may, and only on Linux"
    if sys.platform == "linux" and os.geteuid() == 0:
        command = ["mount", "-t", "tmpfs", "-o", f"mode=755,size={size}", "tmpfs", str(folder)]
        made = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - a fixed program
        if made.returncode == 0:
            return
        why = made.stderr.strip()
    message = tr(
        "disk_full needs a small disk for the data folder, which cannot be mounted ({why}): mount one and name it with "
        "--home, or leave disk_full out of the plan",
        why=why,
    )
    raise CannotStrike(message)


class WrongClock:
    """A clock that all processes of a fleet read, and which can be made to jump; its files are in `folder`.

    Raises:
        CannotStrike: there is no C compiler, or it cannot make the library.

    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._library = folder / "clock.so"
        _compile(self._library)
        self._file.write_bytes(struct.pack("=q", 0))
        self._file.chmod(0o644)

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of processes that read it."""
        return {"LD_PRELOAD": str(self._library), "CHAOS_CLOCK": str(self._file)}

    def shift(self, by: timedelta) -> None:
        """Let it be wrong by so much from now on; the file is written in place, since processes have mapped it."""
        with self._file.open("r+b", buffering=0) as file:
            file.write(struct.pack("=q", round(by.total_seconds())))


def _compile(library: Path) -> None:
    compiler = shutil.which("cc")
    why = tr("there is no C compiler")
    if compiler is not None and sys.platform == "linux":
        command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(_SOURCE), "-ldl"]
        made = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own source
        if made.returncode == 0:
            library.chmod(0o755)
            return
        why = made.stderr.strip()
    message = tr(
        "clock_jump needs a small library, which cannot be made here ({why}): install a C compiler on Linux, or leave "
        "clock_jump out of the plan",
        why=why,
    )
    raise CannotStrike(message)
