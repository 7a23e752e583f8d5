"""What a process that runs for long asks of the C library."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

_THREADS = """
import ctypes, sys, threading
from deployments.loading import use_few_heaps
if sys.argv[2] == "few":
    use_few_heaps()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
all_there = threading.Barrier(9)
def work():
    libc.malloc(5000)
    all_there.wait()
    all_there.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
all_there.wait()
file = libc.fopen(sys.argv[1].encode(), b"w")
libc.malloc_info(0, ctypes.c_void_p(file))
libc.fclose(ctypes.c_void_p(file))
all_there.wait()
"""


def heaps(folder: Path, how: str) -> int:
    """Return how many heaps a process has of which eight threads hold memory at the same time."""
    told = folder / f"{how}.xml"
    subprocess.run([sys.executable, "-c", _THREADS, str(told), how], check=True)
    return told.read_text().count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has no heaps of threads")
def test_the_threads_of_a_process_that_runs_for_long_share_two_heaps(tmp_path: Path) -> None:
    assert heaps(tmp_path, "few") <= 2 < heaps(tmp_path, "many")
