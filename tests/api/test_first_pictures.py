"""The first picture of a phone waits a moment for the automation server, which makes it cheaply."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, cast

import pytest

from api.fleet.screens import screens as module
from api.fleet.screens.grabber import WALL, Shape
from api.fleet.screens.screens import Screens
from phonefleet.clock import SystemClock
from phonefleet.device.live_pictures import LivePicture
from phonefleet.ledger.fleet.device_list import ListedDevice

CHEAP, DEAR = (LivePicture(b"", 200, 400, tag, tag) for tag in ("cheap", "dear"))
SHAPE = Shape(200, 60)


class Pictures:
    """A phone whose automation server runs after so many looks."""

    def __init__(self, starts_after: int) -> None:
        self.looks_left = starts_after

    def of(self, host: str | None) -> Pictures:
        """Return the pictures of the phones of a host: there is one host."""
        assert host is None
        return self

    def take_cheaply(self, *_: object) -> LivePicture | None:
        self.looks_left -= 1
        return CHEAP if self.looks_left < 0 else None

    def take(self, *_: object) -> LivePicture:
        return DEAR


class Phones:
    """Knows one phone, which is online."""

    class Listed:
        state = "online"
        address, host_away_since = "phone-1", None
        addresses = (address,)
        current_task = None

        class device:  # noqa: N801 - named as a phone's field
            serial, alias, host = "phone-1", None, None

    async def named(self, names: list[str]) -> dict[str, ListedDevice]:
        return dict.fromkeys(names, cast("ListedDevice", self.Listed))


async def first_picture(pictures: Pictures) -> str | None:
    untyped = cast("Any", pictures), cast("Any", Phones())
    with Screens(*untyped, SystemClock()) as screens:
        grabber = screens.watch(cast("ListedDevice", Phones.Listed), SHAPE, WALL)
        assert grabber is not None
        with screens.hearing([grabber]) as changed:
            await changed.wait()
        assert grabber.error is None
        return grabber.tag


@pytest.mark.parametrize(("starts_after", "expected"), [(0, "cheap"), (2, "cheap"), (3, "dear")])
def test_a_server_that_starts_soon_makes_the_first_picture(
    starts_after: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SERVER_STARTS", timedelta(0))
    assert asyncio.run(first_picture(Pictures(starts_after))) == expected
