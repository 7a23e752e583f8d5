"""Phones under odd names, through the real adb server: each is told as it is, and none keeps another from working."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from deployments.cli.doctor.examination import examine
from phonefleet.device.adb.link import restore
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.discovery.discovery import Discovery
from phonefleet.device.discovery.seen import DeviceSeen, list_devices
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import DeviceNotReady, DeviceOffline, DeviceUnauthorized, DeviceUnknown, PhonefleetError
from virtual_phones.background import BackgroundFleet
from virtual_phones.faults import Fault, Strike
from virtual_phones.fleet import FleetOptions
from virtual_phones.names.arrangement import ODD_NAMES, UNUSABLE, Line, lines
from virtual_phones.names.front import AdbFront

Eventually = Callable[[Callable[[], bool]], None]


@pytest.fixture
def fleet() -> Iterator[BackgroundFleet]:
    """As many virtual phones as there are odd names."""
    with BackgroundFleet(FleetOptions(count=len(ODD_NAMES), base_port=0)) as fleet:
        yield fleet


@pytest.fixture
def front(fleet: BackgroundFleet, mortal_client: FastAdbClient) -> Iterator[AdbFront]:
    """A real adb server, which shows each phone of the fleet under an odd name.

    It is of this test alone: a shared one might still list a phone of another test, which would be one too many here.
    """
    front = fleet.run(AdbFront(mortal_client.port).__aenter__())
    for serial, name in zip(fleet.serials, ODD_NAMES, strict=True):
        mortal_client.connect(serial)
        fleet.call(lambda serial=serial, name=name: front.show(serial, name))
    yield front
    fleet.run(front.__aexit__())


@pytest.fixture
def through(front: AdbFront) -> FastAdbClient:
    return FastAdbClient(front.port, timeout=timedelta(seconds=60))


@pytest.fixture
def seen(through: FastAdbClient) -> Iterator[dict[str, DeviceSeen]]:
    """What a discovery tells last of each name."""
    last: dict[str, DeviceSeen] = {}
    with ExitStack() as stopping:
        discovery = Discovery(through, [], lambda news: last.__setitem__(news.address, news))
        discovery.start()
        stopping.callback(discovery.stop)
        yield last


def add(fleet: BackgroundFleet, front: AdbFront, *extra: tuple[str, str]) -> None:
    fleet.call(lambda: front.add(*lines(extra)))


STATES = {
    "????????????": ("no_permissions", "udev rules"),
    "(no serial number)": ("ambiguous", "no serial number"),
    "0123456789ABCDEF": ("ambiguous", "more than one phone with the serial 0123456789ABCDEF (as device, device)"),
    "RECOVERY01": ("recovery", "Reboot system now"),
    "SIDELOAD 01": ("recovery", "sideload"),
    "RESCUE/01": ("recovery", "rescue"),
    "BOOTLOADER": ("recovery", "bootloader"),
    "UNAUTHORIZED01": ("unauthorized", "accept the prompt"),
    "AUTHORIZING01": ("unauthorized", "this computer's key"),
    "CONNECTING01": ("offline", "still connecting"),
    "OFFLINE01": ("offline", "another cable"),
    "DETACHED01": ("offline", "adb attach"),
    "HOST01": ("offline", "no phone"),
    "NEWER01": ("offline", 'adb calls it "a state of next year"'),
}
"""What is told of each of the lines of phones that cannot be used, and words of the advice."""


def test_each_phone_is_told_with_its_own_state_and_advice_and_the_others_are_ready(
    fleet: BackgroundFleet, front: AdbFront, seen: dict[str, DeviceSeen], eventually: Eventually
) -> None:
    add(fleet, front, *UNUSABLE)
    eventually(lambda: set(seen) >= {*STATES, *ODD_NAMES} and all(seen[name].hardware for name in ODD_NAMES))
    for name, (state, advice) in STATES.items():
        assert (seen[name].state, advice in (seen[name].advice or "")) == (state, True), seen[name]
    assert {(seen[name].state, seen[name].advice) for name in ODD_NAMES} == {("device", None)}
    assert {seen[name].model for name in ODD_NAMES} == {f"Virtual Phone {n}" for n, _ in enumerate(ODD_NAMES, 1)}


def test_the_list_of_phones_shows_the_same(fleet: BackgroundFleet, front: AdbFront, through: FastAdbClient) -> None:
    add(fleet, front, *UNUSABLE)
    listed = {seen.address: seen for seen in list_devices(through)}
    assert set(listed) == {*STATES, *ODD_NAMES}
    assert {name: listed[name].state for name in STATES} == {name: state for name, (state, _) in STATES.items()}


def test_lines_that_come_and_go_change_nothing_for_the_others(
    fleet: BackgroundFleet, front: AdbFront, seen: dict[str, DeviceSeen], eventually: Eventually
) -> None:
    eventually(lambda: all(name in seen and seen[name].state == "device" for name in ODD_NAMES))
    before = {name: seen[name] for name in ODD_NAMES}
    add(fleet, front, ("SAME", "device"), ("SAME", "offline"))
    eventually(lambda: "SAME" in seen and seen["SAME"].state == "ambiguous")
    fleet.call(lambda: front.arrangement.extra.remove(Line("SAME", "device")))
    add(fleet, front, ("SAME", "no permissions (…)"))
    eventually(lambda: seen["SAME"].state == "offline")
    assert {name: seen[name] for name in ODD_NAMES} == before


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_session_works_under_any_name(through: FastAdbClient, name: str) -> None:
    session = PhoneSession(name, through, call_timeout=timedelta(seconds=60))
    try:
        assert session.shell(["echo", "a b"]).strip() == "a b"
        assert "<hierarchy" in session.hierarchy()
    finally:
        session.close()


@pytest.mark.parametrize("name", [ODD_NAMES[1], "R58M12ABCDE"])
def test_a_lost_phone_is_brought_back_under_its_name(
    fleet: BackgroundFleet, through: FastAdbClient, seen: dict[str, DeviceSeen], eventually: Eventually, name: str
) -> None:
    eventually(lambda: name in seen and seen[name].state == "device")
    lost = seen[name]
    fleet.strike(fleet.serials[ODD_NAMES.index(name)], Strike(Fault.DISCONNECT, seconds=0.3))
    eventually(lambda: seen[name] is not lost and seen[name].state == "device")
    restore(through, name)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("????????????", DeviceNotReady, "udev rules"),
        ("0123456789ABCDEF", DeviceNotReady, "more than one phone"),
        ("RECOVERY01", DeviceOffline, "Reboot system now"),
        ("UNAUTHORIZED01", DeviceUnauthorized, "accept the prompt"),
        ("nobody", DeviceUnknown, "adb knows no phone nobody"),
    ],
)
def test_a_call_to_a_phone_that_cannot_work_says_what_to_do(
    fleet: BackgroundFleet, front: AdbFront, name: str, error: type[PhonefleetError], said: str
) -> None:
    add(fleet, front, *UNUSABLE)
    with pytest.raises(error, match=said):
        restore(FastAdbClient(front.port), name)


def test_a_session_whose_name_a_second_phone_takes_says_so_until_it_is_gone(
    fleet: BackgroundFleet, front: AdbFront, through: FastAdbClient, impatient: pytest.MonkeyPatch
) -> None:
    session = PhoneSession(ODD_NAMES[0], through, call_timeout=timedelta(seconds=60))
    assert session.shell(["echo", "a"]).strip() == "a"
    add(fleet, front, (ODD_NAMES[0], "device"))
    with pytest.raises(DeviceNotReady, match="more than one phone"):
        session.shell(["echo", "a"])
    fleet.call(front.arrangement.extra.clear)
    impatient.undo()
    assert session.shell(["echo", "b"]).strip() == "b"
    session.close()


def test_the_doctor_says_of_each_phone_what_to_do(
    fleet: BackgroundFleet, front: AdbFront, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(fleet, front, *UNUSABLE)
    monkeypatch.setenv("PHONEFLEET_ADB_PORT", str(front.port))
    said = next(finding.text for finding in examine(tmp_path, None) if finding.what == "phones").splitlines()
    assert said[0] == f"{len(ODD_NAMES)} ready (adb server at port {front.port})"
    assert [line for name, (_, advice) in STATES.items() for line in said if name in line and advice in line] == said[
        1:
    ]
