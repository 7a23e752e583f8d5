"""A glance at a phone: it reads, and disturbs nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from lxml import etree
from PIL import Image

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.glance import Glance
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import AutomationDown, DeviceFrozen, DeviceOffline
from phonefleet.geometry import Point
from virtual_phones.faults import Fault
from virtual_phones.phone import VirtualPhone


@pytest.fixture
def glance(adb_port: int) -> Glance:
    return Glance(adb_port)


@pytest.fixture
def connected(client: FastAdbClient, serial: str) -> Iterator[str]:
    client.connect(serial)
    yield serial
    client.disconnect(serial)


def test_the_picture_is_a_png_of_the_whole_screen(glance: Glance, connected: str, phone: VirtualPhone) -> None:
    with Image.open(BytesIO(glance.screenshot(connected))) as picture:
        assert (picture.format, picture.size) == ("PNG", (phone.width, phone.height))


def test_the_screen_is_read_without_starting_the_server(glance: Glance, connected: str, phone: VirtualPhone) -> None:
    root = etree.fromstring(glance.hierarchy(connected, idle=True).encode())
    assert "Count" in [node.get("text") for node in root.iter("node")]
    assert not phone.u2.running
    assert phone.files.get("/data/local/tmp/phonefleet-glance.xml") is None


def test_a_busy_phone_whose_server_does_not_run_is_left_alone(glance: Glance, connected: str) -> None:
    with pytest.raises(AutomationDown, match="again in a few seconds"):
        glance.hierarchy(connected, idle=False)


def test_looking_disturbs_no_work(glance: Glance, session: PhoneSession, serial: str, taps: list[str]) -> None:
    session.hierarchy()
    with ThreadPoolExecutor(1) as pool:
        looks = [pool.submit(glance.hierarchy, serial, idle=False) for _ in range(50)]
        pictures = [pool.submit(glance.screenshot, serial) for _ in range(3)]
        for _ in range(20):
            session.tap(Point(500, 700))
        assert all(look.result() for look in [*looks, *pictures])
    assert taps == ["count"] * 20


def test_a_phone_that_is_not_there_is_offline(glance: Glance) -> None:
    with pytest.raises(DeviceOffline, match="not connected"):
        glance.screenshot("127.0.0.1:1")
    with pytest.raises(DeviceOffline, match="not connected"):
        glance.hierarchy("127.0.0.1:1", idle=True)


def test_a_frozen_phone_is_given_up_in_time(
    adb_port: int, connected: str, suffer: Callable[..., None], recover: Callable[[], None]
) -> None:
    suffer(Fault.FREEZE)
    with pytest.raises(DeviceFrozen, match=r"within 0\.3 s"):
        Glance(adb_port, limit=timedelta(seconds=0.3)).screenshot(connected)
    recover()


def test_no_adb_server_is_started() -> None:
    with pytest.raises(DeviceOffline, match="adb server"):
        Glance(1).screenshot("phone")
