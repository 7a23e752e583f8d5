"""All live pictures of one API: a grabber for each phone and shape that is watched, and the threads they share.

Phones that fail have threads of their own, so that they keep no other waiting.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Annotated, Final, Self, cast

from fastapi import Depends, Request

from api.fleet.screens.grabber import Grabber, Look, Shape
from api.fleet.screens.phones import WatchedPhones
from phonefleet.clock import Clock
from phonefleet.device.adb.servers import ForEachHost
from phonefleet.device.live_pictures import LivePicture, LivePictures
from phonefleet.errors import DeviceOffline, DeviceUnauthorized, PhonefleetError
from phonefleet.ledger.fleet.device_list import ListedDevice
from phonefleet.words import say

_log = logging.getLogger(__name__)

MOST_GRABBERS: Final = 1000
"""So many phones and shapes may be watched at once."""
_SERVER_STARTS: Final = timedelta(milliseconds=150)
"""How soon an automation server may have started for which a first picture waits."""
_LOOKS: Final = 2
"""How often a first picture waits for that."""
_DEAR_AT_ONCE: Final = 3
"""So many first pictures are taken by `screencap` at once."""
_AT_ONCE: Final = 12
_FAILING_AT_ONCE: Final = 3
_AWAY: Final = {
    "offline": say("fleet.not_connected", "is not connected"),
    "unauthorized": say("fleet.not_allowed_debugging_from_computer", "has not allowed debugging from its computer"),
    "no_permissions": say("fleet.may_not_opened_user_computer", "may not be opened by the user of its computer"),
    "recovery": say("fleet.started_into_something_else_than", "has started into something else than Android"),
    "ambiguous": say("fleet.same_serial_another_phone_usb", "has the same serial as another phone on USB"),
}


class Screens:
    """The live pictures of one API; a context manager, after which none are taken. Used in its event loop only.

    with Screens(ForEachHost(servers, LivePictures), phones, clock) as screens:
        grabber = screens.watch(listed, Shape(200, 60), WALL)
    """

    def __init__(self, pictures: ForEachHost[LivePictures], phones: WatchedPhones, clock: Clock) -> None:
        self.phones = phones
        self._pictures = pictures
        self._clock = clock
        self._grabbers: dict[tuple[str, Shape], Grabber] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._dear = asyncio.Semaphore(_DEAR_AT_ONCE)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="pictures")
        self._failing = ThreadPoolExecutor(_FAILING_AT_ONCE, thread_name_prefix="pictures of failing phones")
        self.closing = False
        """Whether the API shuts down, so that nobody should wait any more."""

    def watch(self, listed: ListedDevice, shape: Shape, pace: timedelta) -> Grabber | None:
        """Return who takes the pictures of a phone; None when too many are watched already."""
        key = (listed.device.serial, shape)
        grabber = self._grabbers.get(key)
        if grabber is None:
            if len(self._grabbers) >= MOST_GRABBERS or self.closing:
                return None
            grabber = self._grabbers[key] = self._grabber(listed.device.serial, shape)
            grabber.want(pace)
            self._start(key, grabber)
        grabber.want(pace)
        return grabber

    def hurry(self, serial: str) -> None:
        """Take the next pictures of a phone now, because something was done to it."""
        for (watched, _), grabber in self._grabbers.items():
            if watched == serial:
                grabber.hurry()

    @contextmanager
    def hearing(self, grabbers: Collection[Grabber]) -> Generator[asyncio.Event]:
        """Yield an event that is set whenever one of these has another picture, or another error."""
        changed = asyncio.Event()
        for grabber in grabbers:
            grabber.watchers.add(changed)
        try:
            yield changed
        finally:
            for grabber in grabbers:
                grabber.watchers.discard(changed)

    def close_soon(self) -> None:
        """Let nobody wait for pictures any more; may be called by a signal handler."""
        self.closing = True

    def _grabber(self, serial: str, shape: Shape) -> Grabber:
        grabber: Grabber

        async def look(last: LivePicture | None) -> Look:
            return await self._look(serial, shape, last, self._failing if grabber.failing else self._threads)

        grabber = Grabber(look, self._clock)
        return grabber

    def _start(self, key: tuple[str, Shape], grabber: Grabber) -> None:
        async def run() -> None:
            try:
                await grabber.run()
            except Exception:  # noqa: BLE001 - the edge of a task that nobody waits for
                _log.exception("pictures of %s are no longer taken", key[0])
            finally:
                self._grabbers.pop(key, None)
                self._forget_lock(key[0])

        task = asyncio.create_task(run())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _forget_lock(self, serial: str) -> None:
        if not any(watched == serial for watched, _ in self._grabbers):
            self._one_at_a_time.pop(serial, None)

    async def _look(self, serial: str, shape: Shape, last: LivePicture | None, threads: ThreadPoolExecutor) -> Look:
        listed = (await self.phones.named([serial])).get(serial)
        phone = _reachable(listed, serial)
        address, pictures = phone.address, self._pictures.of(phone.device.host)
        form = shape.short_side, shape.quality
        run = partial(asyncio.get_running_loop().run_in_executor, threads)
        try:
            async with self._one_at_a_time[serial]:
                take = partial(run, pictures.take, address, *form, last)
                cheaply = partial(run, pictures.take_cheaply, address, *form)
                picture = await (self._first(cheaply, take) if last is None else take())
        except PhonefleetError as error:
            raise type(error)(error.message.replace(address, _name(listed, serial))) from error
        return Look(picture, at_work=listed is not None and listed.current_task is not None)

    async def _first(
        self, cheaply: Callable[[], Awaitable[LivePicture | None]], take: Callable[[], Awaitable[LivePicture]]
    ) -> LivePicture:
        """Return the first picture of a phone: made by its automation server if that starts soon, else by `screencap`.

        The phone's worker has just been told to start it. Until then a picture costs thirty times as much, on the
        phone and here: many of those would keep the servers from starting, so only a few are taken at once.
        """
        for _ in range(_LOOKS):
            if picture := await cheaply():
                return picture
            await asyncio.sleep(_SERVER_STARTS.total_seconds())
        async with self._dear:
            return await cheaply() or await take()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.closing = True
        for task in self._running:
            task.cancel()
        for threads in (self._threads, self._failing):
            threads.shutdown(wait=False, cancel_futures=True)


def _name(listed: ListedDevice | None, serial: str) -> str:
    return (listed.device.alias if listed else None) or serial


def _reachable(listed: ListedDevice | None, serial: str) -> ListedDevice:
    """Return a phone that is connected. Raises `DeviceOffline` for one that is not."""
    if listed is None:
        message = say("fleet.no_phone_any_more", "There is no phone {serial} any more.", serial=serial)
        raise DeviceOffline(message)
    if listed.host_away_since is not None and listed.state == "offline":
        raise DeviceOffline(
            say(
                "fleet.on_host_that_is_away",
                "{phone} is on the host {host}, of which nothing is heard.",
                phone=_name(listed, serial),
                host=listed.device.host,
            )
        )
    away: Mapping[str, str] = _AWAY
    if listed.state in away:
        message = f"{_name(listed, serial)} {away[listed.state]}."
        raise DeviceUnauthorized(message) if listed.state == "unauthorized" else DeviceOffline(message)
    return listed


async def _screens(request: Request) -> Screens:
    return cast("Screens", request.app.state.screens)


TheScreens = Annotated[Screens, Depends(_screens)]
