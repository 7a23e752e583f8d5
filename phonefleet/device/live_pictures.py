"""Takes small JPEG pictures of phones' screens from outside of their lanes, for people who watch.

The uiautomator server scales and compresses the picture itself (`takeScreenshot(scale, quality)`, uiautomator2's
`u2.jar`): a few kB instead of a full PNG. Where it does not run, `screencap` is asked and its PNG made smaller here,
but only if it differs from the last one. This module knows nothing of who watches.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from io import BytesIO
from typing import Final

from PIL import Image

from phonefleet.clock import Clock
from phonefleet.device.adb.transport import FastAdbDevice
from phonefleet.device.adb.tunnels import ServerAddress
from phonefleet.device.passive import PassiveAdb, call_server
from phonefleet.device.sessions.pictures import NO_PICTURE
from phonefleet.device.shell.system import System
from phonefleet.errors import AutomationDown, ShellFailed
from phonefleet.pictures import opened
from phonefleet.words import say

LOOK_LIMIT: Final = timedelta(seconds=4)
"""The timeout of one picture; a phone that has not answered by then counts as frozen for those who watch."""

_USUAL_SHORT_SIDE: Final = 1080
_NEAR: Final = 0.1
_MOST_KNOWN: Final = 10_000


@dataclass(frozen=True, slots=True)
class LivePicture:
    """A JPEG of the whole display as it is held; `source` identifies what the phone sent, `tag` the JPEG."""

    jpeg: bytes
    width: int
    height: int
    tag: str
    source: str


class LivePictures:
    """Takes pictures of the phones of one adb server. Thread-safe.

    pictures = LivePictures(5037)
    picture = pictures.take("R58M123ABC", short_side=200, quality=60)
    """

    def __init__(self, server: ServerAddress, clock: Clock | None = None, limit: timedelta = LOOK_LIMIT) -> None:
        self._adb = PassiveAdb(server, limit, clock)
        self._short_sides: dict[str, int] = {}

    def take(self, serial: str, short_side: int, quality: int, last: LivePicture | None = None) -> LivePicture:
        """Return the screen, with `short_side` pixels along its shorter side, never enlarged.

        `quality` is that of JPEG, 1 to 95. Where the phone sends the same again, `last` itself is returned.

        Raises:
            DeviceOffline: adb does not have the phone.
            DeviceFrozen: it does not answer in time.
            AutomationDown: it took no picture.

        """
        with self._adb.open(serial) as device:
            scaled = self._scaled_by_phone(device, short_side, quality, last)
            return scaled or _scaled_here(device, short_side, quality, last)

    def _scaled_by_phone(
        self, device: FastAdbDevice, short_side: int, quality: int, last: LivePicture | None
    ) -> LivePicture | None:
        """Return the picture of the uiautomator server; None where it does not run, or took none.

        The display's size is not asked for: it follows from the first picture, which is taken again if it came out
        too large or too small.
        """
        jpeg = self._asked(device, short_side, quality)
        if jpeg is None:
            return None
        if last is not None and last.source == digest(jpeg):
            return last
        picture = _measured(jpeg)
        if self._learn(device, picture, short_side):
            again = self._asked(device, short_side, quality)
            picture = picture if again is None else _measured(again)
        return picture

    def _asked(self, device: FastAdbDevice, short_side: int, quality: int) -> bytes | None:
        return _ask(device, self._scale(device, short_side), quality)

    def _scale(self, device: FastAdbDevice, short_side: int) -> float:
        return min(1.0, short_side / self._short_sides.get(device.serial or "", _USUAL_SHORT_SIDE))

    def _learn(self, device: FastAdbDevice, picture: LivePicture, short_side: int) -> bool:
        """Learn the size of the display from a picture; tell whether another scale gives a better one."""
        scale, found = self._scale(device, short_side), min(picture.width, picture.height)
        if abs(found - short_side) <= max(2, _NEAR * short_side):
            return False
        self._remember(device.serial or "", round(found / scale))
        return self._scale(device, short_side) != scale

    def _remember(self, serial: str, short_side: int) -> None:
        if len(self._short_sides) >= _MOST_KNOWN:
            self._short_sides.clear()
        self._short_sides[serial] = max(1, short_side)


def digest(data: bytes) -> str:
    """Return what identifies some bytes: 16 hexadecimal digits."""
    return blake2b(data, digest_size=8).hexdigest()


def _ask(device: FastAdbDevice, scale: float, quality: int) -> bytes | None:
    try:
        taken = call_server(device, "takeScreenshot", scale, quality)
    except AutomationDown:
        return None
    return base64.b64decode(taken) if isinstance(taken, str) and taken else None


def _measured(jpeg: bytes) -> LivePicture:
    """Return a picture that the phone has scaled. Raises `AutomationDown` for bytes that are none."""
    try:
        with opened(BytesIO(jpeg), ("JPEG",)) as image:
            return LivePicture(jpeg, image.width, image.height, digest(jpeg), digest(jpeg))
    except NO_PICTURE as error:
        raise _no_picture() from error


def _scaled_here(device: FastAdbDevice, short_side: int, quality: int, last: LivePicture | None) -> LivePicture:
    try:
        png = System(device).screencap()
    except ShellFailed as error:
        raise _no_picture() from error
    source = digest(png)
    if last is not None and last.source == source:
        return last
    try:
        with opened(BytesIO(png)) as image:
            return _compressed(image, short_side, quality, source)
    except NO_PICTURE as error:
        raise _no_picture() from error


def _compressed(image: Image.Image, short_side: int, quality: int, source: str) -> LivePicture:
    scale = min(1.0, short_side / min(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    smaller = image.convert("RGB")
    smaller.thumbnail(size, Image.Resampling.BILINEAR, reducing_gap=1.0)
    out = BytesIO()
    smaller.save(out, "JPEG", quality=quality)
    jpeg = out.getvalue()
    return LivePicture(jpeg, smaller.width, smaller.height, digest(jpeg), source)


def _no_picture() -> AutomationDown:
    return AutomationDown(say("device.phone_took_no_picture_screen", "The phone took no picture of its screen."))
