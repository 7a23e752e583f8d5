"""Sends the tasks of a plan, each once, whatever is killed meanwhile: a request without an answer is repeated."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Self

from deployments.chaos.work import Ask
from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.clock import StopSignal, SystemClock

_AGAIN: Final = timedelta(milliseconds=300)
AWAY: Final = 50000
"""Codes from here on say that the server cannot, not that the request is wrong."""


class Sender:
    """Sends tasks in a thread of its own, as a context manager; `over` is the time in which all are sent, evenly.

    Each request has an idempotency key, so that one whose answer was lost makes no second task.
    """

    def __init__(self, client: Client, asks: Sequence[Ask], serials: Sequence[str], over: timedelta, key: str) -> None:
        self._client = client
        self._asks = asks
        self._serials = serials
        self._pause = over / max(len(asks), 1)
        self._key = key
        self._clock = SystemClock()
        self._stop = StopSignal()
        self._thread = threading.Thread(target=self._send_all, daemon=True, name="sender")
        self.sent: dict[int, Ask] = {}
        """The tasks that are there, by their ids."""
        self.refused: Exception | None = None
        """Why a request was refused, which ends the sending."""
        self.moved: float | None = None
        """When one was last sent, in seconds of the monotonic clock."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set("over")
        self._thread.join(30)
        self._client.close()

    @property
    def done(self) -> bool:
        """Whether all were sent."""
        return len(self.sent) == len(self._asks)

    def _send_all(self) -> None:
        for number, ask in enumerate(self._asks):
            if self._stop.wait(self._pause) or not self._send(number, ask):
                return

    def _send(self, number: int, ask: Ask) -> bool:
        """Send one until it is answered; False if it was refused, or the sending has been stopped."""
        while not self._stop.reason:
            try:
                created = self._client.create_tasks(
                    ask.script, serials=[self._serials[ask.phone - 1]], script_config=ask.config,
                    idempotency_key=f"{self._key}-{number}",
                )  # fmt: skip
            except ApiUnreachable:
                self._stop.wait(_AGAIN)
            except ApiError as error:
                if error.code < AWAY:
                    self.refused = error
                    return False
                self._stop.wait(_AGAIN)
            else:
                self.sent[created["task_ids"][0]] = ask
                self.moved = self._clock.monotonic()
                return True
        return False
