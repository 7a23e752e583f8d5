"""Both versions of the `sync:` service, and services called without a shell, request by request."""

# adbutils leaves its connections partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import errno
import struct
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uiautomator2
from adbutils import AdbConnection, AdbDevice

Adb = Callable[..., subprocess.CompletedProcess[bytes]]
APK = (Path(uiautomator2.__file__).parent / "assets" / "app-uiautomator.apk").read_bytes()
STAT_2 = struct.Struct("<IQQIIIIQqqq")


@contextmanager
def opened(device: AdbDevice, service: str) -> Generator[AdbConnection]:
    with device.open_transport() as connection:
        connection.send_command(service)
        connection.check_okay()
        yield connection


def ask(connection: AdbConnection, name: bytes, path: bytes, more: bytes = b"") -> None:
    connection.send(name + struct.pack("<I", len(path)) + path + more)


def refusal(connection: AdbConnection) -> str:
    assert connection.read(4) == b"FAIL"
    return connection.read(struct.unpack("<I", connection.read(4))[0]).decode()


def test_the_second_version_of_stat_tells_everything(device: AdbDevice) -> None:
    device.sync.push(b"12345", "/sdcard/stat", mode=0o600)
    with opened(device, "sync:") as sync:
        ask(sync, b"STA2", b"/sdcard/stat")
        name, values = sync.read(4), STAT_2.unpack(sync.read(STAT_2.size))

    assert name == b"STA2"
    assert (values[0], values[3], values[4], values[7]) == (0, 0o100600, 1, 5)


def test_the_second_version_of_stat_says_why_there_is_nothing(device: AdbDevice) -> None:
    with opened(device, "sync:") as sync:
        ask(sync, b"LST2", b"/sdcard/nothing")

        assert sync.read(4) == b"LST2"
        assert STAT_2.unpack(sync.read(STAT_2.size))[0] == errno.ENOENT


def test_the_second_version_of_list_ends_with_an_empty_record(device: AdbDevice) -> None:
    device.sync.push(b"x", "/sdcard/two/one file")
    names: list[bytes] = []
    with opened(device, "sync:") as sync:
        ask(sync, b"LIS2", b"/sdcard/two")
        while (name := sync.read(4)) == b"DNT2":
            sync.read(STAT_2.size)
            names.append(sync.read(struct.unpack("<I", sync.read(4))[0]))
        rest = sync.read(STAT_2.size + 4)

    assert (name, rest) == (b"DONE", bytes(STAT_2.size + 4))
    assert names == [b".", b"..", b"one file"]


def send_2(sync: AdbConnection, path: bytes, flags: int) -> None:
    ask(sync, b"SND2", path, b"SND2" + struct.pack("<II", 0o100644, flags) + b"DATA\x02\0\0\0hiDONE\x01\0\0\0")


def test_a_file_is_sent_and_received_by_the_second_version(device: AdbDevice) -> None:
    with opened(device, "sync:") as sync:
        send_2(sync, b"/sdcard/sent", 0)
        said = sync.read(8)
        ask(sync, b"RCV2", b"/sdcard/sent", b"RCV2" + bytes(4))
        content = sync.read(18)

    assert said == b"OKAY" + bytes(4)
    assert content == b"DATA\x02\0\0\0hiDONE" + bytes(4)


def test_a_rehearsal_writes_nothing(device: AdbDevice) -> None:
    with opened(device, "sync:") as sync:
        send_2(sync, b"/sdcard/rehearsed", 1 << 31)
        said = sync.read(8)

    assert said == b"OKAY" + bytes(4)
    assert not device.sync.exists("/sdcard/rehearsed")


def test_what_was_not_announced_is_refused(device: AdbDevice) -> None:
    with opened(device, "sync:") as sync:
        ask(sync, b"RCV2", b"/sdcard", b"RCV2\x01\0\0\0")

        assert "compression" in refusal(sync)
    with opened(device, "sync:") as sync:
        send_2(sync, b"/sdcard/brotli", 1)

        assert "compression" in refusal(sync)


def test_a_file_that_is_made_up_while_it_is_read_can_be_pulled(device: AdbDevice) -> None:
    assert device.sync.stat("/proc/stat").size == 0
    assert device.sync.read_text("/proc/stat").startswith("cpu  ")


@pytest.mark.parametrize(("service", "said"), [("abb_exec:package\0path\0android\0", "package:/system/framework/")])
def test_a_service_is_called_without_a_shell(device: AdbDevice, service: str, said: str) -> None:
    with opened(device, service) as connection:
        assert said in str(connection.read_until_close())


def test_arguments_without_a_shell_are_not_read_by_one(device: AdbDevice) -> None:
    with opened(device, "abb_exec:settings\0put\0global\0peer\0a  $HOME; 'b'\0") as connection:
        connection.read_until_close()

    assert device.shell("settings get global peer") == "a  $HOME; 'b'"


def test_an_app_is_installed_in_steps(device: AdbDevice) -> None:
    number = str(device.shell("pm install-create")).partition("[")[2].rstrip("]")
    with opened(device, f"abb_exec:package\0install-write\0-S\0{len(APK)}\0{number}\0base.apk\0-\0") as connection:
        connection.send(APK)
        said = connection.read_until_close()

    assert said == f"Success: streamed {len(APK)} bytes\n"
    assert device.shell(f"pm install-commit {number}") == "Success"
    assert "Failure" in str(device.shell("pm install-commit $(pm install-create | grep -o '[0-9]*')"))
    assert "no access" in str(device.shell(f"pm install-abandon {number}"))


def test_an_installed_app_can_be_pulled_back(device: AdbDevice, adb: Adb, tmp_path: Path) -> None:
    (tmp_path / "app.apk").write_bytes(APK)
    adb("-s", str(device.serial), "install", str(tmp_path / "app.apk"))
    path = str(device.shell("pm path com.github.uiautomator")).removeprefix("package:")

    assert device.sync.read_bytes(path) == APK


def test_a_line_of_the_log_shows_as_soon_as_it_is_written(device: AdbDevice) -> None:
    log = device.shell("logcat -c; logcat -v brief mine:I '*:S'", stream=True)
    device.shell("log -t mine here")

    assert log.read_string(len("--------- beginning of main\nI/mine    ( 4242): here")).endswith("here")
    log.close()


def test_the_log_can_be_had_in_binary_form(device: AdbDevice) -> None:
    device.shell("logcat -c; log -p e -t mine binary")

    entry = device.shell("logcat -B -d", encoding=None)
    length, header, pid = struct.unpack_from("<HHi", bytes(entry))

    assert (header, pid, bytes(entry)[header : header + length]) == (28, 4242, b"\x06mine\0binary\0")
