"""A phone that goes away, freezes or asks for permission, as the adb server sees it."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from adbutils import AdbClient, AdbDevice, AdbTimeout

from virtual_phones.background import BackgroundFleet
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.fleet import FleetOptions
from virtual_phones.phone import VirtualPhone
from virtual_phones.wire.daemon import Daemon
from virtual_phones.wire.ports import hold

Adb = Callable[..., subprocess.CompletedProcess[bytes]]
Eventually = Callable[[Callable[[], bool]], None]


def _state(client: AdbClient, serial: str) -> str:
    return next((info.state for info in client.list() if info.serial == serial), "absent")


def _refused(serial: str) -> bool:
    host, _, port = serial.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) != 0


def test_a_disconnected_phone_refuses_for_a_while_and_comes_back(
    client: AdbClient, device: AdbDevice, fleet: BackgroundFleet, eventually: Eventually
) -> None:
    serial = str(device.serial)
    daemon = fleet.fleet.daemon(serial)

    def strike_and_look() -> bool:
        """Look before the phone can come back: it does nothing meanwhile."""
        daemon.act_out(Strike(Fault.DISCONNECT, seconds=0.1))
        return _refused(serial)

    assert fleet.call(strike_and_look)
    eventually(lambda: not _refused(serial))
    client.disconnect(serial)
    eventually(lambda: "connected to" in client.connect(serial) and _state(client, serial) == "device")
    assert device.shell("echo back") == "back"


def test_the_adb_server_reconnects_by_itself(
    client: AdbClient, device: AdbDevice, fleet: BackgroundFleet, eventually: Eventually
) -> None:
    fleet.strike(str(device.serial), Strike(Fault.DISCONNECT, seconds=0))

    eventually(lambda: _state(client, str(device.serial)) == "device")


def test_a_disconnect_ends_a_running_command(device: AdbDevice, fleet: BackgroundFleet) -> None:
    stream = device.shell("logcat", stream=True)
    stream.read(20)

    fleet.strike(str(device.serial), Strike(Fault.DISCONNECT, seconds=0))

    stream.read_until_close()
    stream.close()


def test_a_frozen_phone_answers_nothing_until_it_thaws(device: AdbDevice, fleet: BackgroundFleet) -> None:
    serial = str(device.serial)
    fleet.strike(serial, Strike(Fault.FREEZE))
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(device.shell("echo awake")))
    asking.start()

    with device.open_transport() as connection:
        connection.conn.settimeout(0.3)
        connection.send_command("shell:echo")
        with pytest.raises(AdbTimeout):
            connection.check_okay()
    before = list(answers)
    fleet.call(fleet.fleet.daemon(serial).recover)
    asking.join()

    assert (before, answers) == ([], ["awake"])


def test_a_frozen_fleet_can_be_stopped(connected: Callable[[str], AdbDevice]) -> None:
    with BackgroundFleet(FleetOptions(count=1, base_port=0)) as fleet:
        device = connected(fleet.serials[0])
        fleet.strike(fleet.serials[0], Strike(Fault.FREEZE))
        connection = device.open_transport()
        connection.send_command("shell:echo")

    connection.close()


def test_a_freeze_can_end_by_itself(device: AdbDevice, fleet: BackgroundFleet) -> None:
    fleet.strike(str(device.serial), Strike(Fault.FREEZE, seconds=0.2))

    assert device.shell("echo awake") == "awake"


def test_an_unauthorized_phone_waits_for_a_person(
    client: AdbClient, device: AdbDevice, fleet: BackgroundFleet, adb: Adb, eventually: Eventually
) -> None:
    serial = str(device.serial)
    fleet.strike(serial, Strike(Fault.UNAUTHORIZED))
    eventually(lambda: _state(client, serial) in ("unauthorized", "authorizing"))
    assert b"authoriz" in adb("-s", serial, "shell", "echo").stderr

    fleet.call(fleet.fleet.daemon(serial).recover)

    eventually(lambda: _state(client, serial) == "device")
    assert device.shell("echo fine") == "fine"


def test_a_port_that_closes_each_connection_is_offline_for_adb_until_the_phone_is_well(
    client: AdbClient, device: AdbDevice, fleet: BackgroundFleet, eventually: Eventually
) -> None:
    serial = str(device.serial)
    fleet.strike(serial, Strike(Fault.CLOSES))
    eventually(lambda: _state(client, serial) == "offline")
    assert not _refused(serial)

    fleet.call(fleet.fleet.daemon(serial).recover)

    eventually(lambda: _state(client, serial) == "device")
    assert device.shell("echo fine") == "fine"


def test_a_deaf_port_lets_connections_hang_until_the_phone_is_well(
    client: AdbClient, device: AdbDevice, fleet: BackgroundFleet, eventually: Eventually
) -> None:
    serial = str(device.serial)
    fleet.strike(serial, Strike(Fault.DEAF))
    client.disconnect(serial)  # else adb's reconnecting thread waits there, and the next test for it
    with socket.socket() as caller:
        caller.settimeout(0.3)
        with pytest.raises(TimeoutError):
            caller.connect(("127.0.0.1", int(serial.partition(":")[2])))

    fleet.call(fleet.fleet.daemon(serial).recover)

    eventually(lambda: "connected to" in client.connect(serial) and _state(client, serial) == "device")
    assert device.shell("echo fine") == "fine"


def test_a_fleet_with_deaf_and_closing_phones_can_be_stopped() -> None:
    with BackgroundFleet(FleetOptions(count=2, base_port=0)) as fleet:
        for serial, fault in zip(fleet.serials, (Fault.DEAF, Fault.CLOSES), strict=True):
            fleet.strike(serial, Strike(fault))


def test_a_rebooted_phone_forgets_what_ran(
    client: AdbClient, device: AdbDevice, fleet: BackgroundFleet, eventually: Eventually
) -> None:
    serial = str(device.serial)
    device.app_start("com.phonefleet.sample")
    log = device.shell("logcat", stream=True)

    with device.open_transport() as connection:
        connection.send_command("reboot:")
        connection.check_okay()

    log.read_until_close()
    log.close()
    eventually(lambda: not _refused(serial))
    eventually(lambda: _state(client, serial) == "device" or "connected" not in client.connect(serial))
    assert fleet.call(lambda: fleet.phone(serial).foreground[0]) == "com.android.launcher3"


def test_faults_of_the_wire_strike_when_a_service_is_opened(
    device: AdbDevice, fleet: BackgroundFleet, adb: Adb
) -> None:
    phone = fleet.phone(str(device.serial))
    fleet.call(lambda: phone.faults.order(Strike(Fault.DISCONNECT, seconds=0)))

    assert adb("-s", str(device.serial), "shell", "echo lost").stdout == b""


@pytest.mark.parametrize("turns", range(6))
def test_a_connection_that_just_came_ends_with_its_phone(turns: int) -> None:
    """Each number of turns of the event loop is another state of a connection that is being accepted."""

    async def stop_after(turns: int) -> socket.socket:
        daemon = Daemon(VirtualPhone("phone-1", "Test", Faults(), []), hold(("127.0.0.1", 0)))
        await daemon.start()
        host, _, port = daemon.address.partition(":")
        caller = socket.create_connection((host, int(port)))
        for _ in range(turns):
            await asyncio.sleep(0)
        await daemon.stop()
        return caller

    with asyncio.run(stop_after(turns)) as caller:
        caller.settimeout(0)
        with suppress(ConnectionResetError):
            assert caller.recv(1) == b""
