"""Hands the evidence of failures over to the main host: files of a folder, in the order in which they were written.

The folder is the list of what is still to be sent: a file leaves it when the main host has it. So nothing is lost,
whatever is killed when; while the main host is away, files wait.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal

from phonefleet.clock import StopSignal
from phonefleet.errors import HostRefused, Outage

_log = logging.getLogger(__name__)

_NAME: Final = re.compile(r"task-(?P<task>\d{1,18})-\d{1,6}\.(png|xml)")
_LOOK_EVERY: Final = timedelta(seconds=2)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=15)

Sent = Literal["taken", "refused"]
"""`refused`: the main host will never take it, because the task is gone."""

Send = Callable[[int, Path], Sent]
"""Sends the evidence of a task. Raises `Outage` where that has to be tried again."""


def evidence_in(folder: Path) -> list[Path]:
    """Return the files of evidence in a folder, the oldest first."""
    if not folder.is_dir():
        return []
    written: list[tuple[int, str, Path]] = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # it has been sent meanwhile
            if _NAME.fullmatch(path.name):
                written.append((path.stat().st_mtime_ns, path.name, path))
    return [path for _, _, path in sorted(written)]


@dataclass(frozen=True, slots=True)
class Outbox:
    """The evidence in a folder that is still to be sent.

    Outbox(settings.evidence_folder, send).run(stop)
    """

    folder: Path
    send: Send

    def waiting(self) -> list[Path]:
        """Return what is still to be sent, the oldest first."""
        return evidence_in(self.folder)

    def send_waiting(self) -> int:
        """Send all that waits, in order; return how many files went. Raises `Outage` at the first that does not go."""
        files = self.waiting()
        for path in files:
            found = _NAME.fullmatch(path.name)
            assert found is not None  # noqa: S101 - `waiting` has looked
            written = path.stat().st_mtime_ns
            if self.send(int(found["task"]), path) == "refused":
                _log.warning("The main host does not take %s: its task is gone", path.name)
            if path.stat().st_mtime_ns == written:  # else a retry has written it anew meanwhile
                path.unlink()
        return len(files)

    def run(self, stop: StopSignal) -> None:
        """Send whatever comes, until the stop signal is set; what waits then is tried once more."""
        wait = _FIRST_WAIT
        while not stop.reason:
            try:
                self.send_waiting()
                wait = _FIRST_WAIT
                stop.wait(_LOOK_EVERY)
            except Outage as error:
                if wait == _FIRST_WAIT:
                    _log.warning("Evidence waits in %s: %s", self.folder, error.message)
                stop.wait(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
            except HostRefused as error:
                _log.warning("Evidence stays in %s: %s", self.folder, error.message)
                stop.wait(_LONGEST_WAIT)
            except OSError:
                _log.exception("Evidence cannot be read in %s", self.folder)
                stop.wait(_LONGEST_WAIT)
        with suppress(Outage, HostRefused, OSError):
            self.send_waiting()


def sending(outbox: Outbox, stop: StopSignal) -> threading.Thread:
    """Return a started thread that sends until the stop signal is set."""
    thread = threading.Thread(target=outbox.run, args=(stop,), name="evidence", daemon=True)
    thread.start()
    return thread
