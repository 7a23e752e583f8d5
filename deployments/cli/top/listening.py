"""Events of the server, heard by a thread of its own that comes back whenever the connection breaks."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.events import Event

AGAIN_AFTER = timedelta(seconds=2)


class Listening:
    """What the server tells, in order; `listening` says whether it does."""

    def __init__(self) -> None:
        self._told: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._over = threading.Event()
        self.listening = False

    def take(self) -> list[Event]:
        """Return what was told since the last time."""
        return [self._told.get() for _ in range(self._told.qsize())]

    def hear(self, client: Client) -> None:
        """Listen until `close`; a server that is away, or tells nothing, is asked again and again."""
        with client:
            while not self._over.is_set():
                self._hear_once(client)
                self._over.wait(AGAIN_AFTER.total_seconds())

    def close(self) -> None:
        """Hear nothing more than what is under way."""
        self._over.set()

    def _hear_once(self, client: Client) -> None:
        try:
            for event in client.events():
                self.listening = True
                self._told.put(event)
                if self._over.is_set():
                    return
        except (ApiError, ApiUnreachable):
            return
        finally:
            self.listening = False


@contextmanager
def news_of(client: Client) -> Generator[Listening]:
    """Yield what the server of a client tells, until the block ends."""
    news = Listening()
    threading.Thread(target=news.hear, args=(client.another(),), name="events", daemon=True).start()
    try:
        yield news
    finally:
        news.close()
