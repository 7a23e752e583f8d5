"""On a disk that is really full everything ends with one sentence: what is full, and how much is needed.

The disks are small file systems in memory, which only root may mount on Linux.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from deployments.launcher.room import DiskFull, check_room, told_when_full
from deployments.supervision.records import Records, write_atomically
from phonefleet.errors import Permanent

PROGRAM = Path(sys.executable).with_name("phonefleet")
Disk = Callable[[str], Path]


@contextmanager
def mounted(folder: Path, options: str) -> Generator[Path]:
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"mode=755,{options}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def disk(open_folder: Path) -> Iterator[Disk]:
    """Makes disks with the options of tmpfs, such as size=20m."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a small file system, and on Linux only")
    with ExitStack() as exits:

        def make(options: str) -> Path:
            folder = open_folder / f"disk-{os.urandom(4).hex()}"
            folder.mkdir()
            return exits.enter_context(mounted(folder, options))

        yield make


def up(home: Path) -> str:
    """Return what `phonefleet up` says on a home where it cannot start."""
    ports = [f"--{name}-port=0" for name in ("api", "prefect", "adb", "world")]
    command = [str(PROGRAM), "up", "--virtual", "1", "--home", str(home), *ports]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    running: list[list[str]] = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not [command for command in running if str(home) in " ".join(command)]
    return done.stderr


def fill(disk: Path, leave: int) -> None:
    """Leave only so many bytes free."""
    found = os.statvfs(disk)
    (disk / "full").write_bytes(b"\0" * (found.f_bavail * found.f_frsize - leave))


@pytest.mark.timeout(300)
def test_up_on_a_full_disk_ends_with_one_sentence(disk: Disk) -> None:
    home = disk("size=30m") / "home"
    said = up(home)
    assert said == (
        f"Error: The disk of {home} is full: 31 MB of 31 MB are free, and a start needs 150 MB. Make room there, "
        "or choose a data folder on another disk with --home.\n"
    )
    assert not home.exists()


@pytest.mark.timeout(300)
def test_up_on_a_disk_without_a_single_free_byte_ends_with_the_same_sentence(disk: Disk) -> None:
    small = disk("size=1m")
    fill(small, 0)
    said = up(small / "home")
    assert said.startswith(f"Error: The disk of {small}/home is full: 0 MB of 1 MB are free, and a start needs 150 MB.")
    assert said.count("\n") == 1


@pytest.mark.timeout(300)
def test_a_home_that_was_used_before_needs_less(disk: Disk) -> None:
    small = disk("size=45m")
    home = small / "home"
    (home / "postgres" / "data").mkdir(parents=True)
    fill(small, 8_000_000)
    assert "7 MB of 47 MB are free, and a start needs 40 MB" in up(home)


@pytest.mark.timeout(300)
def test_a_disk_that_fills_up_while_everything_starts_is_told_too(disk: Disk) -> None:
    """PostgreSQL's own program finds no room for its files, of which it makes some thousand."""
    home = disk("size=200m,nr_inodes=300") / "home"
    said = up(home)
    assert re.match(rf"Error: The disk of {home} (takes nothing more, although|can hold no more files)", said), said
    assert said.count("\n") == 1


def test_our_own_writes_into_a_full_disk_become_the_sentence(disk: Disk) -> None:
    small = disk("size=1m")
    fill(small, 0)
    with pytest.raises(DiskFull, match=r"^The disk of .* is full: 0 MB of 1 MB are free"), told_when_full(small, 10**7):
        write_atomically(small / "endpoints.json", "{}")


def test_other_errors_stay_what_they_are_while_there_is_room(tmp_path: Path) -> None:
    check_room(tmp_path, 1)
    with pytest.raises(Permanent, match=r"^a stranger$"), told_when_full(tmp_path, 1):
        raise Permanent("a stranger")  # noqa: EM101, TRY003 - no error of ours


def test_a_process_is_watched_though_its_record_finds_no_room(disk: Disk) -> None:
    small = disk("size=1m")
    (small / "run").mkdir()
    fill(small, 0)
    records = Records(small / "run")
    records.write("api", os.getpid())
    assert records.all() == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("arguments", [["--version"], ["doctor", "--help"], ["task", "create", "--help"]])
def test_output_into_a_full_disk_ends_with_one_sentence(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([str(PROGRAM), *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Nothing more can be written (No space left on device)")
    assert done.stderr.count("\n") == 1
