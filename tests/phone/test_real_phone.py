"""A real phone, opt-in: `PHONEFLEET_TEST_SERIAL=<serial> uv run pytest tests/phone -m phone`.

It goes to the home screen, opens Android's settings and reads; it changes nothing. `PHONEFLEET_TEST_PACKAGE` names
another app to open instead, `PHONEFLEET_ADB_PORT` another adb server.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

import pytest
from lxml import etree
from PIL import Image

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.discovery.seen import list_devices
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import AppMissing, ShellFailed
from phonefleet.geometry import Point
from phonefleet.settings import Settings

pytestmark = pytest.mark.phone

PACKAGE = os.environ.get("PHONEFLEET_TEST_PACKAGE", "com.android.settings")


@pytest.fixture(scope="module")
def client() -> FastAdbClient:
    return FastAdbClient(Settings().adb_port)


@pytest.fixture(scope="module")
def session(client: FastAdbClient) -> Iterator[PhoneSession]:
    serial = os.environ.get("PHONEFLEET_TEST_SERIAL")
    if not serial:
        pytest.skip("PHONEFLEET_TEST_SERIAL names no phone")
    session = PhoneSession(serial, client)
    session.wake()
    yield session
    session.press("home")
    session.close()


def test_the_phone_is_listed_with_model_and_version(session: PhoneSession, client: FastAdbClient) -> None:
    seen = {device.address: device for device in list_devices(client)}[session.serial]
    assert seen.state == "device"
    assert seen.model
    assert seen.android_version


def test_the_phone_is_awake_and_unlocked(session: PhoneSession) -> None:
    health = session.health()
    assert health.battery is None or 0 <= health.battery <= 100
    assert health.awake is not False
    assert not health.locked


def test_the_screen_shows_views_and_has_a_picture(session: PhoneSession) -> None:
    assert list(etree.fromstring(session.hierarchy().encode()).iter("node"))
    with Image.open(io.BytesIO(session.screenshot())) as picture:
        assert picture.format == "PNG"


def test_an_app_comes_to_the_front_and_home_leaves_it(session: PhoneSession) -> None:
    session.launch(PACKAGE)
    assert session.foreground().package == PACKAGE
    session.swipe(Point(300, 900), Point(300, 500))
    session.press("home")
    assert session.foreground().package != PACKAGE


def test_the_app_has_a_version_and_an_absent_one_is_missing(session: PhoneSession) -> None:
    assert session.app_version(PACKAGE)
    with pytest.raises(AppMissing):
        session.app_version("com.phonefleet.absent")


def test_arguments_reach_the_shell_unchanged_and_failures_are_told(session: PhoneSession) -> None:
    assert session.shell(["echo", "a  b", "$HOME", "it's"]) == "a  b $HOME it's\n"
    with pytest.raises(ShellFailed):
        session.shell(["ls", "/no/such/folder"])
