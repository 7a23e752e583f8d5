"""A session with phones as people have them: a second user, a cover, no battery, a linker that complains."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from PIL import Image

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.glance import Glance
from phonefleet.device.phone import Foreground
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.device.shell.system import System
from phonefleet.errors import AppMissing, LinkRefused
from virtual_phones.phone import VirtualPhone
from virtual_phones.system.traits import SecondUser, Traits
from virtual_phones.windows.equipment import Equipment

PACKAGE, ABSENT = "com.example.notebook", "com.example.absent"
NOTEBOOK = Foreground(PACKAGE, ".NotesActivity")
WHOLE = SecondUser(10, "Second space", frozenset({"pm", "am", "content"}))
WARNING = 'WARNING: linker: Warning: "/system/lib64/libx.so" unused DT entry: type 0x70000001 (ignoring)\n'
KINDS: dict[str, Traits] = {
    "nothing": Traits(),
    "secure folder": Traits(second_user=SecondUser(150, "Secure Folder", frozenset({"pm list"}))),
    "second space": Traits(second_user=WHOLE),
    "second user in front": Traits(user=10, second_user=SecondUser(0, "Owner", frozenset({"pm", "am", "content"}))),
    "no physical keys": Traits(physical_keys=False),
    "cover": Traits(),
    "popup": Traits(focus="popup"),
    "no focus": Traits(focus="nothing"),
    "no focus, cover": Traits(focus="nothing"),
    "linker": Traits(warning=WARNING),
    "terminal": Traits(crlf=True, warning=WARNING),
    "android 7": Traits(brief=False, crlf=True),
    "all at once, with a cover": Traits(
        WHOLE, physical_keys=False, battery="unscaled", focus="popup", warning=WARNING, crlf=True, brief=False
    ),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, phone: VirtualPhone) -> str:
    """The kind of phone that the test is about."""
    phone.traits, phone.equipment = KINDS[request.param], Equipment(second_display="cover" in request.param)
    phone.settings["system", "accelerometer_rotation"] = "0"
    return request.param


@pytest.fixture
def glance(client: FastAdbClient, session: PhoneSession) -> Glance:
    """A glance at the connected phone."""
    session.foreground()
    return Glance(client.port)


@pytest.mark.usefixtures("kind")
def test_an_app_is_launched_stopped_and_seen(session: PhoneSession, phone: VirtualPhone) -> None:
    for _ in range(2):
        session.force_stop(PACKAGE)
        assert session.foreground().package != PACKAGE
        session.launch(PACKAGE)
        assert session.foreground() == NOTEBOOK
    assert session.app_version(PACKAGE) == "3.1.4"
    assert phone.settings["system", "accelerometer_rotation"] == "0"


@pytest.mark.usefixtures("kind")
def test_an_app_that_is_not_there_is_told_from_one_that_is(session: PhoneSession, links: list[str]) -> None:
    calls: list[Callable[[], object]] = [
        lambda: session.launch(ABSENT),
        lambda: session.app_version(ABSENT),
        lambda: session.open_link("notes://page", ABSENT),
    ]
    for call in calls:
        with pytest.raises(AppMissing, match="not installed"):
            call()
    with pytest.raises(LinkRefused):
        session.open_link("other://page", PACKAGE)
    session.open_link("notes://page", PACKAGE)
    assert links == ["notes://page"]


@pytest.mark.usefixtures("kind")
def test_a_picture_comes_into_the_gallery_and_goes(session: PhoneSession, phone: VirtualPhone, tmp_path: Path) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(b"picture")
    session.push(picture, "/sdcard/Pictures/fleet/a.jpg", datetime(2026, 5, 4, tzinfo=UTC))
    address = session.scan_media("/sdcard/Pictures/fleet/a.jpg")
    assert phone.media.items()[0].uri == address
    with pytest.raises(AppMissing):
        session.share(address, "image/jpeg", PACKAGE)
    session.remove_media("/sdcard/Pictures/fleet")
    assert all(item.name != "a.jpg" for item in phone.media.items())


def test_the_screen_is_seen_by_itself(
    kind: str, session: PhoneSession, glance: Glance, phone: VirtualPhone, client: FastAdbClient
) -> None:
    for taken in (System(client.device(phone.serial)).screencap(), glance.screenshot(phone.serial)):
        with Image.open(io.BytesIO(taken)) as picture:
            assert (picture.format, picture.size) == ("PNG", (phone.width, phone.height)), kind
    assert "Count" in glance.hierarchy(phone.serial, idle=True)
    assert "Count" in session.hierarchy()


@pytest.mark.parametrize(("battery", "secure"), list(product(["absent", "unscaled"], [True, False])))
def test_a_phone_without_a_battery_tells_the_rest(
    session: PhoneSession, phone: VirtualPhone, battery: str, *, secure: bool
) -> None:
    phone.traits = Traits(battery="absent" if battery == "absent" else "unscaled", warning=WARNING)
    phone.locked = phone.secure_lock = secure
    health = session.health()
    assert (health.battery, health.charging, health.awake, health.locked) == (None, True, True, secure)
    assert not health.low(100)


def test_health_that_a_phone_does_not_tell_is_unknown(session: PhoneSession, refuse: Callable[[str], None]) -> None:
    refuse("power")
    refuse("battery")
    health = session.health()
    assert (health.battery, health.awake, health.locked, health.ready) == (None, None, False, False)


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets the phone refuse to dump a service, as phones of some vendors do."""
    refused: list[str] = []
    attempt = System.attempt

    def refusing(self: System, args: list[str]) -> tuple[str, int]:
        if args[0] == "dumpsys" and args[1] in refused:
            return f"Can't find service: {args[1]}\n", 0
        return attempt(self, args)

    monkeypatch.setattr(System, "attempt", refusing)
    return refused.append


def test_the_user_in_front_is_asked_once_until_the_phone_was_away(
    session: PhoneSession, asked: list[str], kill_server: Callable[[], None]
) -> None:
    session.launch(PACKAGE)
    session.force_stop(PACKAGE)
    session.launch(PACKAGE)
    assert asked.count("am get-current-user") == 1
    assert sum(each.startswith("cmd package resolve-activity") for each in asked) == 1
    kill_server()
    session.launch(PACKAGE)
    assert asked.count("am get-current-user") == 2


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that were asked of the phone's shell."""
    commands: list[str] = []
    attempt = System.attempt

    def noting(self: System, args: list[str]) -> tuple[str, int]:
        commands.append(" ".join(args))
        return attempt(self, args)

    monkeypatch.setattr(System, "attempt", noting)
    return commands


@pytest.fixture
def kill_server(session: PhoneSession) -> Callable[[], None]:
    """Lets the session find the phone gone at its next call."""
    return session.close
