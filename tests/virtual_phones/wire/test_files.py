"""Files on a virtual phone: sync through adb and adbutils, and the commands of the shell."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from adbutils import AdbDevice, AdbError

from virtual_phones.background import BackgroundFleet

Adb = Callable[..., subprocess.CompletedProcess[bytes]]
JAR = "/data/local/tmp/u2.jar"


def test_what_was_pushed_comes_back(device: AdbDevice) -> None:
    device.sync.push(b"hello", "/sdcard/Download/hello.txt", mode=0o640, check=True)

    info = device.sync.stat("/sdcard/Download/hello.txt")

    assert device.sync.read_bytes("/sdcard/Download/hello.txt") == b"hello"
    assert (info.size, info.mode & 0o777) == (5, 0o640)
    assert info.mtime is not None


def test_big_files_go_both_ways_with_the_adb_program(device: AdbDevice, adb: Adb, tmp_path: Path) -> None:
    content = bytes(range(251)) * 40_000
    (tmp_path / "big").write_bytes(content)

    pushed = adb("-s", str(device.serial), "push", str(tmp_path / "big"), "/sdcard/")
    pulled = adb("-s", str(device.serial), "pull", "/sdcard/big", str(tmp_path / "back"))

    assert (pushed.returncode, pulled.returncode) == (0, 0)
    assert (tmp_path / "back").read_bytes() == content


def test_a_folder_goes_both_ways(device: AdbDevice, adb: Adb, tmp_path: Path) -> None:
    (tmp_path / "album" / "inner").mkdir(parents=True)
    (tmp_path / "album" / "a.txt").write_text("a")
    (tmp_path / "album" / "inner" / "b.txt").write_text("b")

    adb("-s", str(device.serial), "push", str(tmp_path / "album"), "/sdcard/Pictures/")
    device.sync.pull("/sdcard/Pictures/album", tmp_path / "back")

    assert (tmp_path / "back" / "a.txt").read_text() == "a"
    assert (tmp_path / "back" / "inner" / "b.txt").read_text() == "b"


def test_a_folder_lists_what_it_holds(device: AdbDevice) -> None:
    device.sync.push(b"x", "/sdcard/Music/ä song.mp3")

    assert "ä song.mp3" in [info.path for info in device.sync.iter_directory("/sdcard/Music")]


def test_both_names_of_the_shared_storage_mean_the_same(device: AdbDevice) -> None:
    device.sync.push(b"x", "/storage/emulated/0/DCIM/photo.jpg")

    assert device.sync.exists("/sdcard/DCIM/photo.jpg")


def test_a_missing_file_is_told_from_an_empty_one(device: AdbDevice) -> None:
    device.sync.push(b"", "/sdcard/empty")

    assert not device.sync.exists("/sdcard/nothing")
    assert device.sync.read_bytes("/sdcard/empty") == b""
    with pytest.raises(AdbError, match="No such file or directory"):
        device.sync.read_bytes("/sdcard/nothing")


def test_a_file_cannot_be_pushed_over_a_folder_of_its_path(device: AdbDevice, adb: Adb, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("f")
    device.sync.push(b"x", "/sdcard/plain")

    result = adb("-s", str(device.serial), "push", str(tmp_path / "f"), "/sdcard/plain/below")

    assert result.returncode != 0
    assert b"couldn't create file" in result.stdout + result.stderr


def test_the_server_of_uiautomator2_is_there_already(device: AdbDevice, fleet: BackgroundFleet) -> None:
    content = device.sync.read_bytes(JAR)
    other = fleet.phone(fleet.serials[1])

    assert device.shell(["toybox", "md5sum", JAR]).split() == [hashlib.md5(content).hexdigest(), JAR]  # noqa: S324
    entries = fleet.call(lambda: (fleet.phone(str(device.serial)).files.get(JAR), other.files.get(JAR)))
    assert entries[0] is not None
    assert entries[1] is not None
    assert entries[0].data is entries[1].data, "phones must share the jar"


def test_the_shell_sees_the_same_files(device: AdbDevice) -> None:
    device.sync.push(b"one\ntwo\n", "/sdcard/list.txt")

    assert device.shell("cat /sdcard/list.txt | tail -n 1") == "two"
    assert device.shell("ls /sdcard/*.txt") == "/sdcard/list.txt"
    device.remove("/sdcard/list.txt")
    assert device.shell2("ls /sdcard/list.txt").returncode == 1


def test_folders_are_made_and_removed_from_the_shell(device: AdbDevice) -> None:
    assert device.shell2("mkdir -p /sdcard/a/b && touch /sdcard/a/b/c && ls /sdcard/a/b").output == "c\n"
    assert device.shell2("rm /sdcard/a").returncode == 1
    device.rmtree("/sdcard/a")
    assert device.shell2("test -d /sdcard/a").returncode == 1
