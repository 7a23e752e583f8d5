"""Ports of the phone that adb leads to the computer, used by a program on the phone."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator

import pytest
from adbutils import AdbDevice

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
