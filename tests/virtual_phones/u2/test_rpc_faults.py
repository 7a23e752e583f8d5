from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.u2.server import U2Server
from virtual_phones.u2.server_faults import ServerFaults

if TYPE_CHECKING:
    from tests.virtual_phones.u2.conftest import Client, TrialApp

HERE = ("click", 150, 150)
FULL = False


@pytest.fixture(autouse=True)
def pinged(client: Client) -> None:
    """The server has been pinged after its start, as every client does."""
    assert b"pong" in client.send(b"GET /ping HTTP/1.1\r\n\r\n")


def order(phone: VirtualPhone, fault: Fault, times: int = 1, seconds: float | None = None) -> None:
    phone.faults.order(Strike(fault, seconds), times)


def test_a_dead_server_refuses_the_next_connection(phone: VirtualPhone, server: U2Server) -> None:
    order(phone, Fault.SERVER_DEAD)
    assert not server.accepts()
    assert not server.running
    assert "Starting Server" in server.start()
    assert server.accepts()


def test_two_deaths_are_two_even_though_each_restart_is_pinged(
    phone: VirtualPhone, server: U2Server, client: Client
) -> None:
    order(phone, Fault.SERVER_DEAD, times=2)
    for _ in range(2):
        assert not server.accepts()
        server.start()
        assert server.accepts()
        assert b"pong" in client.send(b"GET /ping HTTP/1.1\r\n\r\n")
    assert server.accepts()
    assert client.call("ping") == "pong"


def test_a_server_that_will_not_start_says_already_registered(phone: VirtualPhone, server: U2Server) -> None:
    order(phone, Fault.WONT_START, times=2)
    assert not server.accepts()
    assert "already registered" in server.start()
    assert not server.running
    assert not server.accepts()
    assert "already registered" in server.start()
    assert "already registered" not in server.start()
    assert server.running


def test_a_second_server_cannot_start(server: U2Server) -> None:
    assert "already registered" in server.start()
    assert server.running


def test_a_call_is_lost_before_its_effect(phone: VirtualPhone, client: Client, app: TrialApp) -> None:
    order(phone, Fault.DIES_BEFORE)
    with pytest.raises(ConnectionResetError):
        client.call(*HERE)
    assert app.taps == []
    assert not client.server.running


def test_a_reply_is_lost_after_the_effect(phone: VirtualPhone, client: Client, app: TrialApp) -> None:
    order(phone, Fault.DIES_AFTER)
    with pytest.raises(ConnectionResetError):
        client.call(*HERE)
    assert app.taps == ["Press"]
    assert not client.server.running


def test_a_death_wakes_who_waits_for_it(phone: VirtualPhone, client: Client) -> None:
    async def wait() -> None:
        waiting = asyncio.ensure_future(client.server.stopped())
        order(phone, Fault.DIES_AFTER)
        with pytest.raises(ConnectionResetError):
            await client.call_later(*HERE)
        await waiting

    client.runner.run(wait())


def test_a_fault_drawn_at_the_connection_strikes_the_call(phone: VirtualPhone, client: Client, app: TrialApp) -> None:
    order(phone, Fault.DIES_BEFORE)
    assert client.server.accepts()
    assert client.server.accepts()
    with pytest.raises(ConnectionResetError):
        client.call(*HERE)
    client.server.start()
    assert client.call(*HERE) is True
    assert app.taps == ["Press"]


def test_a_fault_strikes_the_next_call_also_after_a_connection_without_a_call(
    phone: VirtualPhone, client: Client, app: TrialApp
) -> None:
    assert client.server.accepts()
    order(phone, Fault.DIES_BEFORE)
    assert client.server.accepts()
    with pytest.raises(ConnectionResetError):
        client.call(*HERE)
    assert app.taps == []


def test_an_error_of_the_server_is_http_500(phone: VirtualPhone, client: Client, app: TrialApp) -> None:
    order(phone, Fault.HTTP_500)
    assert client.send(client.post(*HERE)).startswith(b"HTTP/1.1 500 ")
    assert app.taps == []


def test_a_lost_automation_says_so(phone: VirtualPhone, client: Client, app: TrialApp) -> None:
    order(phone, Fault.NOT_CONNECTED)
    assert client.error(*HERE) == (-32001, "java.lang.IllegalStateException")
    order(phone, Fault.NOT_CONNECTED)
    assert "UiAutomation not connected" in str(client.data(*HERE))
    order(phone, Fault.DEAD_OBJECT)
    assert client.error(*HERE) == (-32001, "android.os.DeadObjectException")
    assert app.taps == []


def test_an_empty_dump_waits_for_a_dump(phone: VirtualPhone, client: Client) -> None:
    order(phone, Fault.EMPTY_DUMP)
    assert client.call("ping") == "pong"
    assert client.call("dumpWindowHierarchy", FULL) == ""
    assert client.call("dumpWindowHierarchy", FULL) != ""


def test_a_broken_service_shows_one_empty_node_until_the_server_starts_anew(
    phone: VirtualPhone, client: Client
) -> None:
    order(phone, Fault.EMPTY_NODE)
    assert client.call("ping") == "pong"
    for _ in range(3):
        assert client.call("dumpWindowHierarchy", FULL).count("<node") == 1
    phone.u2.stop()
    phone.u2.start()
    assert client.call("dumpWindowHierarchy", FULL).count("<node") > 1


def test_a_slow_call_still_has_its_effect(phone: VirtualPhone, client: Client, app: TrialApp) -> None:
    order(phone, Fault.SLOW, seconds=0.001)
    assert client.call(*HERE) is True
    assert app.taps == ["Press"]


def test_a_fault_strikes_a_call_on_a_connection_that_stays_open(phone: VirtualPhone, client: Client) -> None:
    order(phone, Fault.SERVER_DEAD)
    assert client.send(client.post("ping"), client.post("ping")) == b""
    assert not client.server.running


def test_chance_decides_by_the_fault_rate() -> None:
    faults = ServerFaults(Faults(rate=0.5, seed=1))
    refused, struck = 0, 0
    for _ in range(400):
        refused += not faults.at_connection()
        struck += faults.at_call("click") is not None
    assert 0 < refused < struck < 200
