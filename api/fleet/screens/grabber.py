"""Takes pictures of one phone again and again, for all who watch it, and only as long as somebody does.

A picture takes a little of what the phone can do. So the pause after one is in proportion to how long it took, larger
while a task runs on the phone.
"""

from __future__ import annotations

import asyncio
import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from phonefleet.clock import Clock
from phonefleet.device.live_pictures import LivePicture
from phonefleet.errors import PhonefleetError

_log = logging.getLogger(__name__)

WALL: Final = timedelta(seconds=1.5)
"""Between the beginnings of two pictures for a wall of phones."""
CLOSE: Final = timedelta(milliseconds=250)
"""The same for one phone that somebody looks at closely."""
WANTED_FOR: Final = timedelta(seconds=5)
"""For how long pictures are taken after somebody has asked."""

_REST_AT_WORK: Final = 20
"""While a task runs, the pause is so many times what the picture took: a phone that takes pictures for less than 5 % of
its time keeps a task's calls waiting for less than that."""
_REST_IDLE: Final = 0.5
_FIRST_BACKOFF: Final = timedelta(seconds=2)
_LONGEST_BACKOFF: Final = timedelta(seconds=8)
_MOST_DOUBLINGS: Final = 10


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of pictures: pixels along the shorter side, and the quality of JPEG."""

    short_side: int
    quality: int


@dataclass(frozen=True)
class Shot:
    """A picture of a phone, when it was last seen to be like this."""

    picture: LivePicture
    at: datetime

    @cached_property
    def base64(self) -> str:
        """The JPEG for JSON."""
        return b64encode(self.picture.jpeg).decode()


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a phone brought; `at_work` tells that a task runs there."""

    picture: LivePicture
    at_work: bool


class Grabber:
    """Takes pictures of one phone in one shape. Used in the API's event loop only.

    `look` takes one, given the last one; it raises `PhonefleetError` with a sentence for those who watch.
    """

    def __init__(self, look: Callable[[LivePicture | None], Awaitable[Look]], clock: Clock) -> None:
        self._look = look
        self._clock = clock
        self._pace = WALL
        self._wanted_until = self._close_until = float("-inf")
        self._hurry = asyncio.Event()
        self._failures = 0
        self.shot: Shot | None = None
        self.error: str | None = None
        self.looked = False
        """Whether any look has come to its end, well or not."""
        self.watchers: set[asyncio.Event] = set()
        """Set whenever there is another picture, or another error."""

    @property
    def tag(self) -> str | None:
        """What identifies the present picture."""
        return self.shot.picture.tag if self.shot else None

    @property
    def failing(self) -> bool:
        """Whether the last look brought nothing."""
        return self._failures > 0

    def want(self, pace: timedelta) -> None:
        """Take pictures for a while at this pace, or a quicker one that somebody else wants."""
        now = self._clock.monotonic()
        self._wanted_until = max(self._wanted_until, now + WANTED_FOR.total_seconds())
        if pace < WALL:
            quicker = now >= self._close_until
            self._close_until = now + WANTED_FOR.total_seconds()
            if quicker:
                self.hurry()

    def hurry(self) -> None:
        """Take the next picture now, because something was done to the phone."""
        self._hurry.set()

    async def run(self) -> None:
        """Take pictures until nobody wants them any more."""
        while self._clock.monotonic() < self._wanted_until:
            self._hurry.clear()
            began = self._clock.monotonic()
            rest = await self._take()
            took = self._clock.monotonic() - began
            await self._pause(max(self._interval() - took, took * rest, self._backoff()))

    def _interval(self) -> float:
        close = self._clock.monotonic() < self._close_until
        return (CLOSE if close else WALL).total_seconds()

    def _backoff(self) -> float:
        if not self._failures:
            return 0.0
        doubled = _FIRST_BACKOFF * 2 ** min(self._failures - 1, _MOST_DOUBLINGS)
        return min(doubled, _LONGEST_BACKOFF).total_seconds()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
        except TimeoutError:
            pass

    async def _take(self) -> float:
        """Take one picture and return how long to rest, as a multiple of what it took."""
        try:
            look = await self._look(self.shot.picture if self.shot else None)
        except PhonefleetError as error:
            self._failures += 1
            self._changed(self.shot, error.message)
            return _REST_IDLE
        self._failures = 0
        self._changed(Shot(look.picture, self._clock.now()), None)
        return _REST_AT_WORK if look.at_work else _REST_IDLE

    def _changed(self, shot: Shot | None, error: str | None) -> None:
        """Keep what was found, and wake who waits for it if it is something else than before."""
        before = (self.looked, self.tag, self.error)
        if self.shot is not None and shot is not None and shot.picture is self.shot.picture:
            vars(shot).update({key: value for key, value in vars(self.shot).items() if key == "base64"})
        self.shot, self.error, self.looked = shot, error, True
        if before != (self.looked, self.tag, self.error):
            for watcher in self.watchers:
                watcher.set()
