"""A small process that outlives a killed launcher just long enough to end what it left running.

It reads its standard input, which only the launcher holds open: the end of it is the end of the launcher. Then it ends
every process that the launcher wrote down, and removes the folders named to it. A launcher that stops in good order has
nothing written down any more. Run as `python -m deployments.supervision.warden RECORDS OWNER [FOLDER…]`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from deployments.supervision.records import Records, end

GRACE = timedelta(seconds=10)


def watch_over(records: Path, remove: Sequence[Path] = ()) -> subprocess.Popen[bytes]:
    """Start a warden for this process; it is dismissed by closing its standard input."""
    command = [
        sys.executable,
        "-m",
        "deployments.supervision.warden",
        str(records),
        str(os.getpid()),
        *map(str, remove),
    ]
    return subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def main(records: str, owner: str, *folders: str) -> None:
    """Wait for the launcher's end, then clean up behind it."""
    for order in (signal.SIGINT, signal.SIGTERM):
        signal.signal(order, signal.SIG_IGN)
    while os.read(sys.stdin.fileno(), 1024):
        pass
    left = [record for record in Records(Path(records)).all() if record.owner == int(owner)]
    end(left, GRACE)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
