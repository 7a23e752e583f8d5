"""Live pictures: small JPEGs by the phone's own automation server, or from `screencap` where that does not run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.live_pictures import LivePicture, LivePictures
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import DeviceFrozen, DeviceOffline
from phonefleet.geometry import Point
from virtual_phones.faults import Fault
from virtual_phones.phone import VirtualPhone


@pytest.fixture
def pictures(adb_port: int) -> LivePictures:
    return LivePictures(adb_port, limit=timedelta(seconds=20))


@pytest.fixture
def connected(client: FastAdbClient, serial: str) -> Iterator[str]:
    client.connect(serial)
    yield serial
    client.disconnect(serial)


def size(picture: LivePicture) -> tuple[int, int]:
    with Image.open(BytesIO(picture.jpeg)) as image:
        assert image.format == "JPEG"
        return image.size


def test_the_automation_server_makes_the_picture_small(
    pictures: LivePictures, session: PhoneSession, serial: str, phone: VirtualPhone
) -> None:
    session.hierarchy()
    picture = pictures.take(serial, short_side=200, quality=60)
    assert (picture.width, picture.height) == size(picture)
    assert picture.width == pytest.approx(200, abs=2)
    assert picture.height == pytest.approx(200 * phone.height / phone.width, abs=2)


@pytest.mark.parametrize("physical", [(720, 1600), (1440, 3200)])
def test_a_display_of_another_size_gives_pictures_of_the_same_size(
    pictures: LivePictures, session: PhoneSession, serial: str, phone: VirtualPhone, physical: tuple[int, int]
) -> None:
    phone.physical = physical
    session.hierarchy()
    assert pictures.take(serial, short_side=320, quality=60).width == pytest.approx(320, abs=2)


def test_a_display_is_never_enlarged(
    pictures: LivePictures, session: PhoneSession, serial: str, phone: VirtualPhone
) -> None:
    phone.physical = (540, 960)
    session.hierarchy()
    assert pictures.take(serial, short_side=720, quality=60).width == 540


def test_a_phone_on_its_side_is_shown_so(
    pictures: LivePictures, session: PhoneSession, serial: str, phone: VirtualPhone
) -> None:
    session.hierarchy()
    phone.rotation = 1
    picture = pictures.take(serial, short_side=200, quality=60)
    assert picture.height == pytest.approx(200, abs=2)
    assert picture.width > picture.height


def test_an_unchanged_screen_is_the_same_picture(
    pictures: LivePictures, session: PhoneSession, serial: str, texts: list[str]
) -> None:
    session.hierarchy()
    first = pictures.take(serial, short_side=320, quality=60)
    assert pictures.take(serial, short_side=320, quality=60, last=first) is first
    texts[0] = "something else"
    changed = pictures.take(serial, short_side=320, quality=60, last=first)
    assert changed.tag != first.tag


def test_without_the_server_the_picture_is_made_small_here(
    pictures: LivePictures, connected: str, phone: VirtualPhone, texts: list[str]
) -> None:
    picture = pictures.take(connected, short_side=200, quality=60)
    assert size(picture) == (picture.width, picture.height)
    assert picture.width == 200
    assert pictures.take(connected, short_side=200, quality=60, last=picture) is picture
    texts[0] = "something else"
    assert pictures.take(connected, short_side=200, quality=60, last=picture).tag != picture.tag
    assert not phone.u2.running


def test_a_server_that_dies_at_a_picture_is_done_without(
    pictures: LivePictures, session: PhoneSession, serial: str, order: Callable[..., None]
) -> None:
    session.hierarchy()
    order(Fault.DIES_BEFORE)
    assert pictures.take(serial, short_side=200, quality=60).width == 200


def test_looking_does_not_disturb_what_is_done(
    pictures: LivePictures, session: PhoneSession, serial: str, taps: list[str]
) -> None:
    session.hierarchy()
    with ThreadPoolExecutor(1) as pool:
        looks = [pool.submit(pictures.take, serial, 200, 60) for _ in range(30)]
        for _ in range(20):
            session.tap(Point(500, 700))
        assert all(look.result().jpeg for look in looks)
    assert taps == ["count"] * 20


def test_a_phone_that_is_away_or_frozen_says_so(
    adb_port: int, connected: str, suffer: Callable[..., None], recover: Callable[[], None]
) -> None:
    with pytest.raises(DeviceOffline, match="not connected"):
        LivePictures(adb_port).take("127.0.0.1:1", 200, 60)
    suffer(Fault.FREEZE)
    with pytest.raises(DeviceFrozen, match=r"within 0\.3 s"):
        LivePictures(adb_port, limit=timedelta(seconds=0.3)).take(connected, 200, 60)
    recover()


def test_without_an_automation_server_there_is_no_cheap_picture(
    pictures: LivePictures, connected: str, session: PhoneSession
) -> None:
    assert pictures.take_cheaply(connected, short_side=200, quality=60) is None
    session.hierarchy()
    picture = pictures.take_cheaply(connected, short_side=200, quality=60)
    assert picture is not None
    assert picture.width == pytest.approx(200, abs=2)
