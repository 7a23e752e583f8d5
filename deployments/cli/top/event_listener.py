"""Receives the server's events in a thread, which reconnects whenever the connection breaks."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.events import Event

RETRY_AFTER = timedelta(seconds=2)


class EventListener:
    """A queue of the server's events, in order; `listening` tells whether events come at the moment."""

    def __init__(self) -> None:
        self._told: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._over = threading.Event()
        self.listening = False

    def take(self) -> list[Event]:
        """Return the events since the last call."""
        return [self._told.get() for _ in range(self._told.qsize())]

    def run(self, client: Client) -> None:
        """Listen until `close`, reconnecting every `RETRY_AFTER` when the server is away or has no events."""
        with client:
            while not self._over.is_set():
                self._listen_once(client)
                self._over.wait(RETRY_AFTER.total_seconds())

    def close(self) -> None:
        """Stop listening after the next event."""
        self._over.set()

    def _listen_once(self, client: Client) -> None:
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
def listen_to(client: Client) -> Generator[EventListener]:
    """Yield the events of a client's server, until the block ends."""
    news = EventListener()
    threading.Thread(target=news.run, args=(client.another(),), name="events", daemon=True).start()
    try:
        yield news
    finally:
        news.close()
