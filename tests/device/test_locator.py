"""A session finds its phone by any of its addresses, and never works another one that has its address now."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.routes import Routes
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import DeviceOffline, OtherHardware
from phonefleet.geometry import Point
from phonefleet.hardware import Hardware
from tests.device.conftest import CALL_TIMEOUT, Notebook
from tests.relay import Relay
from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone
from virtual_phones.u2.server import U2Server
from virtual_phones.wire.daemon import Daemon

BUTTON = Point(500, 700)


def hardware_of(phone: VirtualPhone) -> Hardware:
    return Hardware(phone.properties["ro.serialno"], phone.settings["secure", "android_id"])


def port_of(phone: VirtualPhone) -> int:
    return int(phone.serial.rpartition(":")[2])


@pytest.fixture
def other_notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def other(loop: asyncio.AbstractEventLoop, other_notebook: Notebook) -> Iterator[VirtualPhone]:
    """Another phone, which listens too."""
    bound = socket.create_server(("127.0.0.1", 0))
    phone = VirtualPhone(f"127.0.0.1:{bound.getsockname()[1]}", "Virtual Two", Faults(), [other_notebook])
    phone.u2 = U2Server(phone)
    daemon = Daemon(phone, bound)
    asyncio.run_coroutine_threadsafe(_begin(daemon, other_notebook), loop).result()
    yield phone
    asyncio.run_coroutine_threadsafe(daemon.stop(), loop).result()


async def _begin(daemon: Daemon, notebook: Notebook) -> None:
    daemon.phone.start_app(notebook.package)
    await daemon.start()


@pytest.fixture
def relay(loop: asyncio.AbstractEventLoop, phone: VirtualPhone, client: FastAdbClient) -> Iterator[Relay]:
    """A second address of the phone."""
    with Relay(loop, port_of(phone)) as relay:
        yield relay
    client.disconnect(relay.address)


@pytest.fixture
def routes() -> Routes:
    return Routes()


@pytest.fixture
def routed(client: FastAdbClient, phone: VirtualPhone, routes: Routes) -> Iterator[PhoneSession]:
    """A session that goes by the routes."""
    session = PhoneSession("front", client, call_timeout=CALL_TIMEOUT, routes=routes)
    yield session
    session.close()
    client.disconnect(phone.serial)


@pytest.mark.usefixtures("impatient")
def test_a_phone_without_any_address_is_offline(routed: PhoneSession) -> None:
    with pytest.raises(DeviceOffline, match="front"):
        routed.hierarchy()


def test_a_session_moves_to_another_address_of_its_phone_and_goes_on(  # noqa: PLR0913, PLR0917 - fixtures
    routed: PhoneSession, routes: Routes, phone: VirtualPhone, relay: Relay, taps: list[str], client: FastAdbClient
) -> None:
    routes.set("front", hardware_of(phone), [phone.serial, relay.address])
    routed.tap(BUTTON)
    client.disconnect(phone.serial)
    routes.address_changed(phone.serial, ready=False)
    routed.tap(BUTTON)
    assert taps == ["count", "count"]
    assert client.states().get(relay.address) == "device"
    assert phone.serial not in client.states()


def test_a_phone_that_comes_back_elsewhere_is_waited_for(
    routed: PhoneSession, routes: Routes, phone: VirtualPhone, relay: Relay, taps: list[str]
) -> None:
    routes.set("front", hardware_of(phone), [phone.serial])
    routed.tap(BUTTON)
    routes.set("front", hardware_of(phone), [])
    routes.set("front", hardware_of(phone), [relay.address])
    routed.tap(BUTTON)
    assert taps == ["count", "count"]


def test_nothing_is_done_on_another_phone_that_has_the_address_now(  # noqa: PLR0913, PLR0917 - fixtures
    routed: PhoneSession,
    routes: Routes,
    phone: VirtualPhone,
    other: VirtualPhone,
    relay: Relay,
    other_notebook: Notebook,
) -> None:
    routes.set("front", hardware_of(phone), [relay.address])
    routed.tap(BUTTON)
    relay.lead_to(port_of(other))
    with pytest.raises(OtherHardware, match=hardware_of(other).serial_number):
        routed.tap(BUTTON)
    with pytest.raises(OtherHardware):
        routed.hierarchy()
    relay.lead_to(port_of(phone))
    routed.tap(BUTTON)
    assert other_notebook.taps == []


def test_a_session_without_routes_keeps_to_the_phone_that_it_met_first(
    client: FastAdbClient, other: VirtualPhone, relay: Relay, taps: list[str], other_notebook: Notebook
) -> None:
    session = PhoneSession(relay.address, client, call_timeout=CALL_TIMEOUT)
    session.tap(BUTTON)
    relay.lead_to(port_of(other))
    with pytest.raises(OtherHardware):
        session.tap(BUTTON)
    assert (taps, other_notebook.taps) == (["count"], [])
    session.close()


def test_news_of_an_address_has_the_phone_asked_again_before_it_is_worked(
    routed: PhoneSession, routes: Routes, phone: VirtualPhone, taps: list[str]
) -> None:
    routes.set("front", hardware_of(phone), [phone.serial])
    routed.tap(BUTTON)
    phone.settings["secure", "android_id"] = "b2b2b2b2b2b2b2b2"
    routes.address_changed(phone.serial, ready=True)
    with pytest.raises(OtherHardware):
        routed.tap(BUTTON)
    assert taps == ["count"]


def test_a_phone_is_confirmed_without_any_news(routed: PhoneSession, routes: Routes, phone: VirtualPhone) -> None:
    routes.set("front", hardware_of(phone), [phone.serial])
    routed.confirm()
    phone.settings["secure", "android_id"] = "b2b2b2b2b2b2b2b2"
    with pytest.raises(OtherHardware):
        routed.confirm()


def test_routes_tell_where_a_phone_was_once_it_is_nowhere() -> None:
    routes = Routes()
    routes.set("front", Hardware("a", "b"), ["usb", "10.0.0.1:5555"])
    first = routes.of("front")
    routes.set("front", Hardware("a", "b"), ["usb", "10.0.0.1:5555"])
    assert routes.of("front") == first
    routes.address_changed("usb", ready=False)
    assert routes.of("front").addresses == ("10.0.0.1:5555",)
    assert routes.of("front").version > first.version
    routes.set("front", Hardware("a", "b"), [])
    assert (routes.of("front").addresses, routes.of("front").previous) == ((), ("usb", "10.0.0.1:5555"))
    routes.drop("front")
    assert routes.of("front").hardware is None
