"""A virtual phone in this process whose link breaks by seeded chance, before or after a call has had its effect."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from phonefleet.device.phone import Foreground, Key
from phonefleet.errors import LinkLost
from phonefleet.geometry import Point
from virtual_phones.direct import DirectPhone
from virtual_phones.phone import VirtualPhone

T = TypeVar("T")


class StormyPhone(DirectPhone):
    """Each call fails with the probability `rate`; `trouble` is what it raises then."""

    def __init__(self, virtual: VirtualPhone, seed: int, rate: float, trouble: type[BaseException] = LinkLost) -> None:
        super().__init__(virtual)
        self.rate = rate
        self._chance = random.Random(seed)
        self._trouble = trouble

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
        if fate < self.rate / 2:
            raise self._trouble
        result = call()
        if fate < self.rate:
            raise self._trouble
        return result
