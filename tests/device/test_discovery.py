"""Following adb's phones: what comes, goes and changes, across restarts of the adb server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.discovery.discovery import Discovery
from phonefleet.device.discovery.seen import DeviceSeen, list_devices
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.hardware import Hardware
from tests.device.clocks import MovableClock
from virtual_phones.faults import Fault
from virtual_phones.phone import VirtualPhone

LEISURELY = 0.05
"""How fast time passes where nothing is to end at a deadline."""

Eventually = Callable[[Callable[[], bool]], None]
Suffer = Callable[..., None]


@pytest.fixture
def seen() -> list[DeviceSeen]:
    """What the listener was told, in order."""
    return []


Follow = Callable[[list[str], Callable[[DeviceSeen], None]], Discovery]


@pytest.fixture
def follow(mortal_client: FastAdbClient) -> Iterator[Follow]:
    """Starts discoveries, and stops them after the test."""
    with ExitStack() as stopping:

        def follow(addresses: list[str], listener: Callable[[DeviceSeen], None]) -> Discovery:
            discovery = Discovery(mortal_client, addresses, listener)
            discovery.start()
            stopping.callback(discovery.stop)
            return discovery

        yield follow


@pytest.fixture
def discovery(follow: Follow, serial: str, seen: list[DeviceSeen]) -> Discovery:
    """A discovery that keeps the virtual phone connected."""
    return follow([serial], seen.append)


@pytest.fixture
def last(discovery: Discovery, seen: list[DeviceSeen], eventually: Eventually) -> Callable[[str], DeviceSeen]:
    """Waits until the last news is of a state, and returns it."""
    assert discovery

    def last(state: str) -> DeviceSeen:
        eventually(lambda: bool(seen) and seen[-1].state == state)
        return seen[-1]

    return last


Last = Callable[[str], DeviceSeen]


def test_an_address_is_connected_and_told_with_model_and_version(
    clock: MovableClock, follow: Follow, phone: VirtualPhone, seen: list[DeviceSeen], eventually: Eventually
) -> None:
    clock.run(LEISURELY)
    follow([phone.serial], seen.append)
    eventually(lambda: bool(seen) and seen[-1].state == "device")
    assert seen[-1] == DeviceSeen(
        phone.serial,
        "device",
        hardware=Hardware(phone.properties["ro.serialno"], phone.settings["secure", "android_id"]),
        model=phone.properties["ro.product.model"],
        android_version=phone.properties["ro.build.version.release"],
        battery=phone.battery.level,
    )


def test_a_phone_that_went_away_is_told_and_reconnected(
    last: Last, suffer: Suffer, seen: list[DeviceSeen], eventually: Eventually
) -> None:
    last("device")
    before = len(seen)
    suffer(Fault.DISCONNECT, 0.3)
    eventually(lambda: "offline" in [news.state for news in seen[before:]])
    last("device")
    assert {news.state for news in seen} <= {"device", "offline", "absent"}


def test_after_the_adb_server_was_killed_its_phones_are_absent_and_come_back(
    last: Last, kill_adb: Callable[[], None], seen: list[DeviceSeen], eventually: Eventually
) -> None:
    last("device")
    kill_adb()
    eventually(lambda: "absent" in [news.state for news in seen])
    last("device")


def test_a_phone_that_waits_for_a_person_is_unauthorized(
    last: Last, suffer: Suffer, recover: Callable[[], None]
) -> None:
    last("device")
    suffer(Fault.UNAUTHORIZED)
    last("unauthorized")
    recover()
    last("device")


def test_a_phone_that_somebody_else_connected_is_kept_connected_too(
    mortal_client: FastAdbClient, serial: str, follow: Follow, seen: list[DeviceSeen], eventually: Eventually
) -> None:
    follow([], seen.append)
    mortal_client.connect(serial)
    eventually(lambda: bool(seen) and seen[-1].state == "device")
    told = len(seen)
    mortal_client.disconnect(serial)
    eventually(lambda: "offline" in [news.state for news in seen[told:]] and seen[-1].state == "device")


def test_a_frozen_phone_is_told_without_its_details(
    mortal_client: FastAdbClient, serial: str, follow: Follow, suffer: Suffer, eventually: Eventually
) -> None:
    mortal_client.connect(serial)
    suffer(Fault.FREEZE)
    seen: list[DeviceSeen] = []
    follow([], seen.append)
    eventually(lambda: seen == [DeviceSeen(serial, "device")])


def test_a_listener_that_fails_is_told_again(
    mortal_client: FastAdbClient,
    serial: str,
    follow: Follow,
    eventually: Eventually,
    caplog: pytest.LogCaptureFixture,
) -> None:
    calls: list[DeviceSeen] = []

    def fail(news: DeviceSeen) -> None:
        calls.append(news)
        message = "a mistake in the listener"
        raise RuntimeError(message)

    follow([serial], fail)
    eventually(lambda: bool(calls) and calls[-1].state == "device")
    told = len(calls)
    mortal_client.disconnect(serial)
    eventually(lambda: "offline" in [news.state for news in calls[told:]])
    assert "a mistake in the listener" in caplog.text


def test_a_stopped_discovery_is_silent_and_leaves_no_thread(
    last: Last, discovery: Discovery, mortal_client: FastAdbClient, seen: list[DeviceSeen], eventually: Eventually
) -> None:
    ready = last("device")
    discovery.stop()
    mortal_client.disconnect(ready.address)
    assert seen[-1].state == "device"
    followers = {"adb-track", "adb-keep"}
    eventually(lambda: not [thread for thread in threading.enumerate() if thread.name in followers])


def test_the_list_shows_every_phone_once(
    session: PhoneSession, client: FastAdbClient, clock: MovableClock, phone: VirtualPhone
) -> None:
    session.heal()
    clock.run(LEISURELY)
    details = {seen.address: seen for seen in list_devices(client)}
    assert details[phone.serial].model == phone.properties["ro.product.model"]
