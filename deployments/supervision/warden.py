"""The warden: a small process that ends what a killed launcher left running.

It reads its standard input, a pipe that only the launcher holds open, so the end of the input means that the launcher
has ended. Then it ends every process that this launcher has recorded, and deletes the given folders. A launcher that
stopped normally has no records any more. Run as `python -m deployments.supervision.warden RECORDS OWNER [FOLDER…]`.
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


def start_warden(records: Path, remove: Sequence[Path] = ()) -> subprocess.Popen[bytes]:
    """Start a warden for this process; close its standard input to let it do its work and end."""
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
    """Wait for the launcher's end, then end its processes and delete the folders."""
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
