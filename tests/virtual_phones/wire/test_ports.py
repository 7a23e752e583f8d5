"""Ports of the phone: those that adb leads to the computer, and those on which a program of the phone listens."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator

import pytest
from adbutils import AdbDevice, Network
from adbutils.errors import AdbError

Adb = Callable[..., subprocess.CompletedProcess[bytes]]
SIZE = 300_000


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        yield listening


def _serve(listening: socket.socket, heard: list[bytes]) -> None:
    accepted, _ = listening.accept()
    with accepted:
        heard.append(accepted.recv(100))
        accepted.sendall(b"x" * SIZE)


def test_a_program_on_the_phone_reaches_the_computer(device: AdbDevice, listener: socket.socket) -> None:
    heard: list[bytes] = []
    server = threading.Thread(target=_serve, args=(listener, heard))
    server.start()
    device.reverse("tcp:6100", f"tcp:{listener.getsockname()[1]}")

    output = device.shell("echo hello | nc 127.0.0.1 6100")
    server.join()

    assert heard == [b"hello\n"]
    assert output == "x" * SIZE


def test_a_port_that_leads_nowhere_is_refused(device: AdbDevice, adb: Adb, listener: socket.socket) -> None:
    assert "Connection refused" in str(device.shell("nc 127.0.0.1 6200"))

    device.reverse("tcp:6200", f"tcp:{listener.getsockname()[1]}")
    adb("-s", str(device.serial), "reverse", "--remove", "tcp:6200")

    assert "Connection refused" in str(device.shell("nc 127.0.0.1 6200"))


def test_a_computer_that_does_not_listen_refuses(device: AdbDevice, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    device.reverse("tcp:6300", f"tcp:{port}")

    assert "Connection refused" in str(device.shell("nc localhost 6300"))


def test_the_phone_chooses_a_port_when_asked_for_none(device: AdbDevice, adb: Adb) -> None:
    chosen = adb("-s", str(device.serial), "reverse", "tcp:0", "tcp:7000").stdout.decode().strip()

    assert f"tcp:{chosen} tcp:7000" in adb("-s", str(device.serial), "reverse", "--list").stdout.decode()


def test_monkey_takes_commands_on_a_port_while_it_runs(device: AdbDevice) -> None:
    monkey = device.shell("monkey --port 1080 -v", stream=True)
    assert monkey.read_string(8) == ":Monkey:"
    asked = b"getvar display.width\ngetvar nosuch\npress KEYCODE_HOME\npress nosuch\ntap 5 5\nhop\nlistvar\nquit\n"

    with device.create_connection(Network.TCP, 1080) as connection:
        connection.sendall(asked)
        said = b"".join(iter(lambda: connection.recv(4096), b"")).decode().splitlines()
    monkey.close()

    assert said[:-2] == ["OK:1080", "ERROR:unknown var", "OK", "ERROR:Unknown key", "OK", "ERROR:Invalid Argument"]
    assert "am.current.package" in said[-2]
    assert said[-1] == "OK"


def test_a_port_on_which_nobody_listens_is_refused(device: AdbDevice) -> None:
    with pytest.raises(AdbError):
        device.create_connection(Network.TCP, 1081)
