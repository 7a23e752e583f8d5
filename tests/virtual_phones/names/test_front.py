"""Phones under other names: real clients work through the front of the real adb server as they do without it."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from adbutils import AdbClient, AdbConnection, AdbDevice, AdbError, adb_path

from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions
from virtual_phones.names.arrangement import NO_PERMISSIONS, ODD_NAMES, UNUSABLE, Arrangement, Line, lines
from virtual_phones.names.front import AdbFront

Program = Callable[..., subprocess.CompletedProcess[str]]
Eventually = Callable[[Callable[[], bool]], None]


@pytest.fixture
def front(fleet: BackgroundFleet, adb_port: int) -> Iterator[AdbFront]:
    front = fleet.run(AdbFront(adb_port).__aenter__())
    yield front
    fleet.run(front.__aexit__())


@pytest.fixture
def program(front: AdbFront) -> Program:
    """Runs adb's own program against the front."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [adb_path(), "-P", str(front.port), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)

    return run


@pytest.fixture
def through(front: AdbFront) -> AdbClient:
    return AdbClient("127.0.0.1", front.port)


@pytest.fixture
def unusable(front: AdbFront, fleet: BackgroundFleet, through: AdbClient) -> AdbClient:
    """The client, with the lines of all phones that cannot be used."""
    fleet.call(lambda: front.add(*lines(UNUSABLE)))
    return through


@pytest.fixture
def shown(fleet: BackgroundFleet, front: AdbFront, connected: Callable[[str], AdbDevice]) -> Callable[[str], str]:
    """Shows the first phone under a name."""

    def show(name: str) -> str:
        connected(fleet.serials[0])
        fleet.call(lambda: front.show(fleet.serials[0], name))
        return name

    return show


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_phone_works_under_any_name(
    shown: Callable[[str], str], through: AdbClient, program: Program, tmp_path: Path, name: str
) -> None:
    device = through.device(shown(name))
    source = tmp_path / "source"
    source.write_bytes(bytes(range(256)) * 1000)
    assert device.shell("echo 'a b'") == "a b"
    device.sync.push(source, "/sdcard/pushed")
    assert device.sync.read_bytes("/sdcard/pushed") == source.read_bytes()
    assert f"{name}\tdevice\n" in program("devices").stdout
    assert program("-s", name, "shell", "exit 7").returncode == 7
    assert program("-s", name, "get-state").stdout == "device\n"


def test_a_renamed_phone_cannot_be_addressed_by_its_other_name(
    shown: Callable[[str], str], fleet: BackgroundFleet, program: Program
) -> None:
    shown("R58M12ABCDE")
    assert program("-s", fleet.serials[0], "shell", "true").stderr == f"adb: device '{fleet.serials[0]}' not found\n"


def test_the_long_list_names_the_phone_too(shown: Callable[[str], str], program: Program) -> None:
    shown("MT6735 / A-16")
    long = next(line for line in program("devices", "-l").stdout.splitlines() if "MT6735" in line)
    assert long.split()[:4] == ["MT6735", "/", "A-16", "device"]


@pytest.mark.usefixtures("unusable")
def test_all_lines_stand_in_the_list(program: Program) -> None:
    listed = program("devices").stdout
    assert listed.count("0123456789ABCDEF\tdevice\n") == 2
    assert f"????????????\t{NO_PERMISSIONS}\n" in listed
    assert "(no serial number)\tno permissions" in listed


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("0123456789ABCDEF", "more than one device with serial 0123456789ABCDEF"),
        ("????????????", "insufficient permissions for device"),
        ("UNAUTHORIZED01", "device unauthorized"),
        ("AUTHORIZING01", "device still authorizing"),
        ("CONNECTING01", "device still connecting"),
        ("OFFLINE01", "device offline"),
        ("BOOTLOADER", "closed"),
        ("nobody", "device 'nobody' not found"),
    ],
)
def test_what_cannot_be_used_is_refused_in_adbs_words(
    unusable: AdbClient, program: Program, name: str, said: str
) -> None:
    assert said in program("-s", name, "shell", "true").stderr
    with unusable.make_connection() as connection, pytest.raises(AdbError, match=said):
        _open_shell(connection, name)


def _open_shell(connection: AdbConnection, name: str) -> None:
    connection.send_command(f"host:tport:serial:{name}")
    connection.check_okay()
    connection.read_exact(8)
    connection.send_command("shell:true")
    connection.check_okay()


def test_the_state_of_a_line_can_be_asked(front: AdbFront, fleet: BackgroundFleet, program: Program) -> None:
    fleet.call(lambda: front.add(Line("RECOVERY01", "recovery")))
    assert program("-s", "RECOVERY01", "get-state").stdout == "recovery\n"


def test_whoever_follows_the_list_is_told_when_names_change(
    front: AdbFront, fleet: BackgroundFleet, through: AdbClient, eventually: Eventually
) -> None:
    told: list[str] = []
    connection = through.make_connection()
    connection.send_command("host:track-devices")
    connection.check_okay()

    def follow() -> None:
        with suppress(AdbError, OSError, ValueError):
            while True:
                told.append(connection.read_string_block())

    following = threading.Thread(target=follow)
    following.start()
    eventually(lambda: bool(told))
    fleet.call(lambda: front.add(Line("a b", "sideload")))
    eventually(lambda: "a b\tsideload\n" in told[-1])
    fleet.call(front.clear)
    eventually(lambda: "sideload" not in told[-1])
    connection.conn.shutdown(socket.SHUT_RDWR)
    following.join()
    connection.close()


def test_a_service_can_be_connected_to_by_its_name(
    shown: Callable[[str], str], fleet: BackgroundFleet, program: Program, eventually: Eventually
) -> None:
    name = shown("adb-R58M12ABCDE-a1B2c3 (2)._adb-tls-connect._tcp")
    assert (
        f"adb-R58M12ABCDE-a1B2c3 (2)\t_adb-tls-connect._tcp\t{fleet.serials[0]}" in program("mdns", "services").stdout
    )
    assert program("disconnect", name).stdout == f"disconnected {name}\n"
    eventually(lambda: name not in program("devices").stdout)
    assert program("connect", name).stdout == f"connected to {name}\n"


def test_two_phones_of_one_name_cannot_be_addressed() -> None:
    arrangement = Arrangement({"127.0.0.1:1": "same", "127.0.0.1:2": "same"})
    with pytest.raises(LookupError, match="more than one device with serial same"):
        arrangement.real_name("same")


def test_a_phone_that_may_not_be_used_takes_the_name_of_no_other() -> None:
    arrangement = Arrangement({"127.0.0.1:1": "same"}, [Line("same", NO_PERMISSIONS)])
    assert arrangement.real_name("same") == "127.0.0.1:1"


def test_a_fleet_shows_its_phones_under_odd_names_that_its_seed_draws(adb_port: int) -> None:
    shown: list[dict[str, str]] = []
    for _ in range(2):
        with BackgroundFleet(FleetOptions(count=2, base_port=0, seed=7, names_of=adb_port)) as fleet:
            client, real = AdbClient("127.0.0.1", fleet.names_port or 0), AdbClient("127.0.0.1", adb_port)
            for serial in fleet.serials:
                real.connect(serial)
            with client.make_connection() as connection:
                connection.send_command("host:devices")
                connection.check_okay()
                names = [line.rpartition("\t")[0] for line in connection.read_string_block().split("\n")]
            shown.append(
                {name: client.device(name).shell("getprop ro.product.model") for name in {*names} & {*ODD_NAMES}}
            )
            for serial in fleet.serials:
                real.disconnect(serial)
    assert shown[0] == shown[1]
    assert set(shown[0].values()) == {"Virtual Phone 1", "Virtual Phone 2"}
