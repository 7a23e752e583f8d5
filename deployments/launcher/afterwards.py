"""Does, once all is ready, what no task waits for: a program that does one job and ends."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from deployments.supervision.records import Records
from deployments.supervision.service import Child
from phonefleet.words import say


class Afterwards:
    """A program that runs beside the services; `say` is told if it fails. As a context manager it is killed at the end.

    It is recorded as the services are, so that nothing of it is left when the launcher is killed.
    """

    def __init__(self, child: Child, records: Records, say: Callable[[str], None]) -> None:
        self._child = child
        self._records = records
        self._say = say
        self._ended = False

    def __enter__(self) -> Self:
        """Start it."""
        self._records.write(self._child.name, self._child.start(), self._child.order)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Kill it if it still runs."""
        self._child.kill()
        self._records.remove(self._child.name)

    def watch(self) -> None:
        """Say once that it failed; the next start tries again."""
        if self._ended or self._child.alive():
            return
        self._ended = True
        self._records.remove(self._child.name)
        if not self._child.succeeded:
            self._say(
                say(
                    "launcher.failed_next_start_tries_again",
                    "{child} failed, and the next start tries again: {log_excerpt}",
                    child=self._child.name,
                    log_excerpt=self._child.log_excerpt(),
                )
            )
