"""Commands of the adb program itself."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import uiautomator2
from adbutils import AdbDevice

Adb = Callable[..., subprocess.CompletedProcess[bytes]]
APK = Path(uiautomator2.__file__).parent / "assets" / "app-uiautomator.apk"


def test_an_app_is_installed_by_streaming_and_removed(device: AdbDevice, adb: Adb) -> None:
    serial = str(device.serial)

    removed = adb("-s", serial, "uninstall", "com.github.uiautomator")
    installed = adb("-s", serial, "install", "-r", str(APK))

    assert removed.stdout == b"Success\n"
    assert installed.stdout.endswith(b"Success\n")
    assert "com.github.uiautomator" in device.list_packages()


def test_an_app_is_installed_from_a_file(device: AdbDevice, adb: Adb) -> None:
    installed = adb("-s", str(device.serial), "install", "--no-streaming", str(APK))

    assert b"Success" in installed.stdout


def test_what_is_not_there_is_not_removed(device: AdbDevice, adb: Adb) -> None:
    result = adb("-s", str(device.serial), "uninstall", "com.example.missing")

    assert b"Failure" in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("root", b"cannot run as root"),
        ("unroot", b"not running as root"),
        ("remount", b"root"),
        ("tcpip 5555", b"restarting in TCP mode port: 5555"),
        ("usb", b"restarting in USB mode"),
        ("get-state", b"device"),
        ("shell -t echo terminal", b"terminal"),
        ("shell getprop ro.build.version.release", b"14"),
        ("logcat -d -v brief", b"I/WindowManager( 1200)"),
        ("reverse --list", b""),
        ("ls /sdcard", b"Download"),
    ],
)
def test_the_phone_answers_sensibly(device: AdbDevice, adb: Adb, command: str, said: bytes) -> None:
    result = adb("-s", str(device.serial), *command.split())

    assert said in result.stdout + result.stderr


def test_debuggable_processes_are_followed(device: AdbDevice) -> None:
    with device.open_transport() as connection:
        connection.send_command("track-jdwp")
        connection.check_okay()

        assert connection.read(4) == b"0000"


def test_a_service_that_no_phone_has_is_refused(device: AdbDevice, adb: Adb, tmp_path: Path) -> None:
    result = adb("-s", str(device.serial), "backup", "-f", str(tmp_path / "backup.ab"), "-all")

    assert result.returncode != 0
