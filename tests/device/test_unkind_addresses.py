"""Addresses that close connections, say nothing or let them hang: each is told as it is, and no other phone waits."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from phonefleet.device.adb.link import restore
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.discovery.discovery import Discovery
from phonefleet.device.discovery.seen import DeviceSeen
from phonefleet.errors import DeviceOffline
from virtual_phones.background import BackgroundFleet
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.fleet import FleetOptions
from virtual_phones.phone import VirtualPhone
from virtual_phones.wire.daemon import Daemon

Eventually = Callable[[Callable[[], bool]], None]


@pytest.fixture
def fleet() -> Iterator[BackgroundFleet]:
    """Three virtual phones of their own."""
    with BackgroundFleet(FleetOptions(count=3, base_port=0)) as fleet:
        yield fleet


class News:
    """What the listener was told: everything in order, and the last of each address."""

    def __init__(self) -> None:
        self.all: list[DeviceSeen] = []
        self.last: dict[str, DeviceSeen] = {}

    def __call__(self, seen: DeviceSeen) -> None:
        self.all.append(seen)
        self.last[seen.address] = seen

    def state(self, address: str) -> str | None:
        return self.last[address].state if address in self.last else None

    def advice(self, address: str) -> str:
        return (self.last[address].advice or "") if address in self.last else ""


Follow = Callable[..., News]


@pytest.fixture
def follow(mortal_client: FastAdbClient) -> Iterator[Follow]:
    """Follows addresses on an adb server of its own, whose reconnecting thread may get stuck."""
    with ExitStack() as stopping:

        def follow(*addresses: str) -> News:
            news = News()
            discovery = Discovery(mortal_client, addresses, news)
            discovery.start()
            stopping.callback(discovery.stop)
            return news

        yield follow


@pytest.fixture
def all_ready(fleet: BackgroundFleet, follow: Follow, eventually: Eventually) -> News:
    """The news of all phones, once all are ready."""
    news = follow(*fleet.serials)
    eventually(lambda: all(news.state(serial) == "device" for serial in fleet.serials))
    return news


@pytest.mark.parametrize(
    ("fault", "said"),
    [(Fault.DEAF, "can be reached"), (Fault.CLOSES, "closes each connection"), (Fault.DISCONNECT, "Nothing listens")],
)
def test_a_phone_comes_back_beside_an_address_that_does_not(
    fleet: BackgroundFleet, all_ready: News, eventually: Eventually, fault: Fault, said: str
) -> None:
    unkind, good, _ = fleet.serials
    fleet.strike(unkind, Strike(fault, seconds=3600))
    eventually(lambda: said in all_ready.advice(unkind))
    told = len(all_ready.all)
    fleet.strike(good, Strike(Fault.DISCONNECT, seconds=0.1))

    eventually(lambda: {seen.state for seen in all_ready.all[told:] if seen.address == good} >= {"offline", "device"})
    assert all_ready.state(unkind) == "offline"


def test_phones_that_are_lost_together_with_a_deaf_one_come_back(
    fleet: BackgroundFleet, all_ready: News, eventually: Eventually
) -> None:
    deaf, *others = fleet.serials
    told = len(all_ready.all)
    fleet.strike(deaf, Strike(Fault.DEAF))
    for serial in others:
        fleet.strike(serial, Strike(Fault.DISCONNECT, seconds=0.1))

    for serial in others:
        eventually(lambda serial=serial: "offline" in {s.state for s in all_ready.all[told:] if s.address == serial})
        eventually(lambda serial=serial: all_ready.state(serial) == "device")
    fleet.call(fleet.fleet.daemon(deaf).recover)
    eventually(lambda: all_ready.state(deaf) == "device")


def test_what_closes_each_connection_is_taken_off_the_list_that_adb_would_send_again_and_again(
    fleet: BackgroundFleet, all_ready: News, mortal_client: FastAdbClient, eventually: Eventually
) -> None:
    unkind = fleet.serials[0]
    fleet.strike(unkind, Strike(Fault.CLOSES))
    eventually(lambda: all_ready.state(unkind) == "offline" and unkind not in mortal_client.states())

    fleet.call(fleet.fleet.daemon(unkind).recover)
    eventually(lambda: all_ready.state(unkind) == "device")


def test_an_address_that_never_was_online_is_told_with_what_it_does(follow: Follow, eventually: Eventually) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system takes the connection, and nobody answers
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        news = follow(address)
        eventually(lambda: "does not answer" in news.advice(address))
    assert [seen.state for seen in news.all] == ["offline"]


def test_what_speaks_something_else_than_adb_is_told_so(follow: Follow, eventually: Eventually) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mail:
        address = f"127.0.0.1:{mail.getsockname()[1]}"
        news = follow(address)
        caller, _ = mail.accept()
        with caller:
            caller.sendall(b"220 mail.example ESMTP\r\n")
            eventually(lambda: "does not speak adb" in news.advice(address))


def test_an_address_that_somebody_else_has_added_and_that_never_answers_is_left_to_them(
    mortal_client: FastAdbClient, fleet: BackgroundFleet, follow: Follow, eventually: Eventually
) -> None:
    stranger = fleet.serials[0]
    fleet.strike(stranger, Strike(Fault.UNAUTHORIZED))
    mortal_client.connect(stranger)
    news = follow(fleet.serials[1])
    eventually(lambda: news.state(stranger) == "unauthorized" and news.state(fleet.serials[1]) == "device")
    mortal_client.disconnect(stranger)
    eventually(lambda: news.state(stranger) == "absent")


def test_a_long_trouble_is_logged_ever_more_rarely(
    fleet: BackgroundFleet,
    all_ready: News,
    eventually: Eventually,
    caplog: pytest.LogCaptureFixture,
) -> None:
    unkind = fleet.serials[0]
    with caplog.at_level(logging.DEBUG, "phonefleet.device.discovery.reconnector"):
        fleet.strike(unkind, Strike(Fault.CLOSES))
        eventually(lambda: len([record for record in caplog.records if unkind in record.getMessage()]) >= 4)
    levels = [record.levelname for record in caplog.records if unkind in record.getMessage()]
    assert levels[:4] == ["WARNING", "WARNING", "DEBUG", "WARNING"]
    assert all_ready.state(unkind) == "offline"


@pytest.mark.usefixtures("impatient")
def test_a_call_to_a_phone_whose_address_closes_each_connection_says_so(
    fleet: BackgroundFleet, mortal_client: FastAdbClient
) -> None:
    unkind = fleet.serials[0]
    fleet.strike(unkind, Strike(Fault.CLOSES))
    with pytest.raises(DeviceOffline, match="closes each connection"):
        restore(mortal_client, unkind)
    assert unkind not in mortal_client.states()


@pytest.mark.skipif(not socket.has_ipv6, reason="this computer has no IPv6")
def test_a_phone_at_an_ipv6_address_is_kept_connected(
    loop: asyncio.AbstractEventLoop, follow: Follow, mortal_client: FastAdbClient, eventually: Eventually
) -> None:
    bound = socket.create_server(("::1", 0), family=socket.AF_INET6)
    address = f"[::1]:{bound.getsockname()[1]}"
    daemon = Daemon(VirtualPhone(address, "Virtual Six", Faults(), []), bound)
    asyncio.run_coroutine_threadsafe(daemon.start(), loop).result()
    news = follow(address)
    eventually(lambda: news.state(address) == "device")
    told = len(news.all)
    mortal_client.disconnect(address)
    eventually(lambda: {"offline", "device"} <= {seen.state for seen in news.all[told:]})
    asyncio.run_coroutine_threadsafe(daemon.stop(), loop).result()


@pytest.mark.parametrize("written", ["localhost", "127.0.0.1"])
def test_an_address_that_a_person_wrote_in_another_form_is_connected_once(
    fleet: BackgroundFleet, follow: Follow, mortal_client: FastAdbClient, eventually: Eventually, written: str
) -> None:
    address = fleet.serials[0].replace("127.0.0.1", written)
    news = follow(address)
    eventually(lambda: news.state(address) == "device")
    assert list(mortal_client.states()) == [address]
