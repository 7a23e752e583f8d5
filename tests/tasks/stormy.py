"""A virtual phone in this process whose link breaks by seeded chance, before or after a call has had its effect."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NoReturn, TypeVar

from phonefleet.device.phone import Foreground, Key
from phonefleet.errors import LinkLost
from phonefleet.geometry import Point
from virtual_phones.direct import DirectPhone
from virtual_phones.phone import VirtualPhone

T = TypeVar("T")


class StormyPhone(DirectPhone):
    """Each call fails with the probability `rate`; `trouble` is what it raises then.

    A trouble that ends the process comes only once after the same number of calls. What follows the first calls would
    otherwise be reached seldom, and the first ones be cut short a hundred times, which shows nothing new.
    """

    def __init__(self, virtual: VirtualPhone, seed: int, rate: float, trouble: type[BaseException] = LinkLost) -> None:
        super().__init__(virtual)
        self.rate = rate
        self._chance = random.Random(seed)
        self._trouble = trouble
        self._calls = 0
        self._cut_short: set[int] = set()

    def hierarchy(self) -> str:
        return self._perhaps(super().hierarchy)

    def labels_at(self, at: Point, resource_id: str) -> tuple[str, str] | None:
        return self._perhaps(lambda: DirectPhone.labels_at(self, at, resource_id))

    def screenshot(self) -> bytes:
        return b"drawn in other tests"

    def tap(self, point: Point) -> None:
        self._perhaps(lambda: DirectPhone.tap(self, point))

    def swipe(self, start: Point, end: Point, steps: int = 20) -> None:
        self._perhaps(lambda: DirectPhone.swipe(self, start, end, steps))

    def set_text(self, at: Point, resource_id: str, text: str) -> None:
        self._perhaps(lambda: DirectPhone.set_text(self, at, resource_id, text))

    def press(self, key: Key) -> None:
        self._perhaps(lambda: DirectPhone.press(self, key))

    def open_link(self, url: str, package: str) -> None:
        self._perhaps(lambda: DirectPhone.open_link(self, url, package))

    def launch(self, package: str) -> None:
        self._perhaps(lambda: DirectPhone.launch(self, package))

    def foreground(self) -> Foreground:
        return self._perhaps(super().foreground)

    def push(self, source: Path, target: str, modified: datetime) -> None:
        self._perhaps(lambda: DirectPhone.push(self, source, target, modified))

    def scan_media(self, path: str) -> str:
        return self._perhaps(lambda: DirectPhone.scan_media(self, path))

    def remove_media(self, folder: str) -> None:
        self._perhaps(lambda: DirectPhone.remove_media(self, folder))

    def share(self, uri: str, media_type: str, package: str) -> None:
        self._perhaps(lambda: DirectPhone.share(self, uri, media_type, package))

    def _perhaps(self, call: Callable[[], T]) -> T:
        fate = self._chance.random()
        self._calls += 1
        fails = fate < self.rate and self._calls not in self._cut_short
        if fails and fate < self.rate / 2:
            self._fail()
        result = call()
        if fails:
            self._fail()
        return result

    def _fail(self) -> NoReturn:
        if not issubclass(self._trouble, Exception):  # another process begins to count
            self._cut_short.add(self._calls)
            self._calls = 0
        raise self._trouble
