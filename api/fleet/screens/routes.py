"""The routes of live pictures: many phones in one answer, and one phone closely.

Both answer at once, or wait for a change: then a client needs one request at a time and hears of a change at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from api.answers.envelope import CONFLICT, TOO_MANY, UNAUTHORIZED, Envelope, Problem
from api.fleet import named
from api.fleet.screens.grabber import CLOSE, WALL, Grabber, Shape
from api.fleet.screens.schemas import PhoneSeen, Quality, ScreenOut, ScreensOut, ScreensRequest, Tag, Wait, Width
from api.fleet.screens.screens import Screens, TheScreens
from api.loops.threads import in_thread
from api.resources import TheResources
from phonefleet.ledger.fleet.device_list import ListedDevice
from phonefleet.words import say

router = APIRouter(tags=["devices"])

_WIDTHS: Final = (120, 200, 320, 540, 720, 1080)
_QUALITIES: Final = (40, 60, 75, 90)
"""Sizes and qualities are rounded up to these, so that those who watch share pictures."""
_FIRST_WITHIN: Final = timedelta(milliseconds=900)
"""How long a first answer waits for pictures that are just being taken."""
_FIRST_OF_SEVERAL: Final = timedelta(milliseconds=250)
"""The same for a client that will ask again: it shows what there is, and the rest as it comes."""
_COLLECT: Final = timedelta(milliseconds=250)
"""For so long changes are collected before an answer, so that many phones need few answers."""
_STILL_THERE: Final = timedelta(seconds=1)
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What the screen shows.",
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        "headers": {"ETag": {"description": "Its tag, in quotes.", "schema": {"type": "string"}}},
    },
    304: {"description": "It still shows what the client has seen."},
}


async def refuse_ended(request: Request) -> None:
    """Refuse who has lost token, session or role since the request came in. Raises `Problem`."""
    may_go_on = cast("Callable[[], Awaitable[bool]]", request.state.may_go_on)
    if not await may_go_on():
        raise Problem(
            UNAUTHORIZED,
            say("fleet.your_token_session_ended_while", "Your token or session has ended while you waited"),
        )


@router.post("/screens")
async def look_at_screens(request: Request, wanted: ScreensRequest, screens: TheScreens) -> Envelope[ScreensOut]:
    """Show what many phones show, as small JPEGs; those that the client has already are not sent again.

    Nothing is changed, and a task that runs is not disturbed: each phone is looked at by one for all who watch.
    With `wait` the answer comes when something has changed.
    """
    found = await screens.phones.named(list(dict.fromkeys(phone.serial for phone in wanted.phones)))
    shape = _shape(wanted.width, wanted.quality)
    watch = _Watch(screens, found, shape, WALL, {phone.serial: phone.seen for phone in wanted.phones})
    await watch.until_changed(wanted.wait, request.is_disconnected, _COLLECT)
    await refuse_ended(request)
    return Envelope(data=ScreensOut(screens=[watch.shown(phone) for phone in wanted.phones]))


@router.get("/devices/{serial:path}/screen", response_class=Response, responses=_PICTURE)
async def look_at_screen(  # noqa: PLR0913, PLR0917 - a query has as many fields as it has
    request: Request,
    serial: str,
    resources: TheResources,
    screens: TheScreens,
    width: Annotated[Width, Query()] = 540,
    quality: Annotated[Quality, Query()] = 60,
    seen: Annotated[Tag | None, Query(description="The tag of the picture that the client has.")] = None,
    wait: Annotated[Wait, Query()] = 0,
    if_none_match: Annotated[str | None, Header(max_length=70)] = None,
) -> Response:
    """Show what one phone shows as JPEG, and follow it closely; a task that runs is not disturbed."""
    name = (await in_thread(named.listed_phone, resources, serial)).device.serial
    tag = seen or (if_none_match or "").strip('"') or None
    found = await screens.phones.named([name])
    watch = _Watch(screens, found, _shape(width, quality), CLOSE, {name: tag})
    await watch.until_changed(wait, request.is_disconnected)
    await refuse_ended(request)
    return _one_picture(watch.grabbers.get(name), tag)


def _one_picture(grabber: Grabber | None, seen: str | None) -> Response:
    if grabber is None:
        raise Problem(
            TOO_MANY,
            say("fleet.too_many_phones_watched_already", "Too many phones are watched already"),
            headers={"Retry-After": "5"},
        )
    if grabber.shot is None:
        raise Problem(
            CONFLICT, grabber.error or say("fleet.no_picture_yet_ask_again", "There is no picture yet: ask again")
        )
    picture, at = grabber.shot.picture, grabber.shot.at
    headers = {"ETag": f'"{picture.tag}"', "X-Screen-At": at.isoformat()}
    if picture.tag == seen:
        return Response(status_code=304, headers=headers)
    headers |= {"X-Screen-Width": str(picture.width), "X-Screen-Height": str(picture.height)}
    return Response(picture.jpeg, media_type="image/jpeg", headers=headers)


def _shape(width: int, quality: int) -> Shape:
    def rounded(value: int, steps: tuple[int, ...]) -> int:
        return next(step for step in steps if step >= value)

    return Shape(rounded(width, _WIDTHS), rounded(quality, _QUALITIES))


class _Watch:
    """One client's look at some phones: who takes their pictures, and which of them the client has (`seen`)."""

    def __init__(
        self,
        screens: Screens,
        found: Mapping[str, ListedDevice],
        shape: Shape,
        pace: timedelta,
        seen: Mapping[str, str | None],
    ) -> None:
        self._screens, self._found, self._seen = screens, found, seen
        self._shape, self._pace = shape, pace
        self.grabbers: dict[str, Grabber] = {}
        self._want()
        self._errors = {name: grabber.error for name, grabber in self.grabbers.items() if grabber.looked}

    def _want(self) -> None:
        for name, listed in self._found.items():
            grabber = self._screens.watch(listed, self._shape, self._pace)
            if grabber is not None:
                self.grabbers[name] = grabber

    async def until_changed(
        self, wait: float, gone: Callable[[], Awaitable[bool]], collect: timedelta = timedelta(0)
    ) -> None:
        """Return once the client should have an answer: something has changed, nothing can, or the time is up."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + wait
        first = _FIRST_OF_SEVERAL if wait else _FIRST_WITHIN
        await self._until(self._all_looked, first.total_seconds())
        waited = not self._has_changed()
        while self._may_change(ends - loop.time()) and not await gone():
            self._want()
            await self._until(self._has_changed, min(_STILL_THERE.total_seconds(), ends - loop.time()))
        if waited and self._has_changed():
            await self._until(self._nothing_missing, collect.total_seconds())

    async def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until a condition is true that pictures make true, for so long at most."""
        try:
            async with asyncio.timeout(seconds):
                with self._screens.hearing(self.grabbers.values()) as changed:
                    while not condition():
                        await changed.wait()
                        changed.clear()
        except TimeoutError:
            pass

    def _may_change(self, left: float) -> bool:
        """Tell whether it is worth waiting: nothing has changed yet, and there are phones that may change."""
        return bool(self.grabbers) and left > 0 and not self._screens.closing and not self._has_changed()

    def _all_looked(self) -> bool:
        return all(grabber.looked for grabber in self.grabbers.values())

    def _nothing_missing(self) -> bool:
        """Tell whether the client has just got its first pictures, of all phones; later ones come at any time."""
        first = [grabber for name, grabber in self.grabbers.items() if name not in self._errors]
        return bool(first) and all(grabber.looked for grabber in first)

    def _has_changed(self) -> bool:
        return any(
            (grabber.tag is not None and grabber.tag != self._seen[name])
            or (grabber.looked and grabber.error != self._errors.get(name))
            for name, grabber in self.grabbers.items()
        )

    def shown(self, phone: PhoneSeen) -> ScreenOut:
        """Return what is known of one phone."""
        grabber = self.grabbers.get(phone.serial)
        if grabber is None:
            missing = phone.serial not in self._found
            error = "There is no phone of this name." if missing else "Too many phones are watched already."
            return ScreenOut(serial=phone.serial, tag=None, at=None, width=None, height=None, jpeg=None, error=error)
        shot = grabber.shot
        return ScreenOut(
            serial=phone.serial,
            tag=grabber.tag,
            at=shot.at if shot else None,
            width=shot.picture.width if shot else None,
            height=shot.picture.height if shot else None,
            jpeg=shot.base64 if shot and grabber.tag != phone.seen else None,
            error=grabber.error,
        )
