"""The shell of a virtual phone, through the real adb program and the real adbutils."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
from adbutils import AdbDevice

from virtual_phones.background import BackgroundFleet
from virtual_phones.faults import Fault, Strike

Adb = Callable[..., subprocess.CompletedProcess[bytes]]


def test_the_old_protocol_carries_the_output(device: AdbDevice) -> None:
    assert device.shell("echo hello") == "hello"


@pytest.mark.parametrize("v2", [False, True])
def test_both_protocols_tell_the_exit_code(device: AdbDevice, v2: bool) -> None:  # noqa: FBT001 - a parameter
    result = device.shell2("echo out; false", v2=v2)

    assert (result.output, result.returncode) == ("out\n", 1)


def test_the_new_protocol_keeps_errors_apart(device: AdbDevice) -> None:
    result = device.shell2("echo out; nosuch", v2=True)

    assert result.stdout == "out\n"
    assert result.stderr == "/system/bin/sh: nosuch: inaccessible or not found\n"
    assert result.returncode == 127


def test_the_adb_program_exits_with_the_commands_code(device: AdbDevice, adb: Adb) -> None:
    result = adb("-s", str(device.serial), "shell", "echo out; exit 7")

    assert (result.stdout, result.returncode) == (b"out\n", 7)


def test_standard_input_reaches_the_command(device: AdbDevice, adb: Adb) -> None:
    result = adb("-s", str(device.serial), "shell", "cat > /sdcard/note.txt; wc -c < /sdcard/note.txt", stdin=b"a" * 70)

    assert result.stdout == b"70\n"
    assert device.sync.read_bytes("/sdcard/note.txt") == b"a" * 70


def test_lines_can_be_typed_into_an_interactive_shell(device: AdbDevice, adb: Adb) -> None:
    result = adb("-s", str(device.serial), "shell", stdin=b"echo one\nnosuch\nexit\n")

    assert b"one" in result.stdout
    assert result.returncode == 127


def test_a_terminal_echoes_and_ctrl_c_ends_what_runs(device: AdbDevice) -> None:
    with device.open_transport() as terminal:
        terminal.send_command("shell:")
        terminal.check_okay()
        terminal.send(b"logcat -v brief\r")
        shown = b""
        while b"WindowManager" not in shown:
            shown += terminal.recv(4096)
        terminal.send(b"\x03")
        terminal.send(b"echo $?\rexit\r")
        rest = terminal.read_until_close()

    assert shown.startswith(b"virtual:/ $ logcat -v brief\r\n--------- beginning of main\r\n")
    assert "130\r\n" in str(rest)


def test_exec_out_passes_every_byte(device: AdbDevice, adb: Adb) -> None:
    everything = bytes(range(256))
    device.sync.push(everything, "/data/local/tmp/bytes")

    result = adb("-s", str(device.serial), "exec-out", "cat", "/data/local/tmp/bytes")

    assert result.stdout == everything


def test_arguments_with_any_character_arrive_whole(device: AdbDevice) -> None:
    argument = "a 'b' \"c\" $HOME `id` \\ ; & | > < * ? [x] # ü 🙂 \n end"

    assert device.shell(["echo", argument]) == argument


def test_logcat_goes_on_until_it_is_closed(device: AdbDevice) -> None:
    stream = device.shell("logcat -v time", stream=True)
    lines = stream.conn.makefile("rb")
    try:
        read = [lines.readline() for _ in range(7)]
    finally:
        lines.close()
        stream.close()

    assert read[0].startswith(b"--------- beginning of main")
    assert all(b"I/" in line for line in read[1:])


def test_a_pipe_ends_an_endless_command(device: AdbDevice) -> None:
    assert device.shell("logcat -v brief | grep -m 1 WindowManager").startswith("I/WindowManager")


def test_a_failing_command_says_nothing_and_the_next_one_works(device: AdbDevice, fleet: BackgroundFleet) -> None:
    phone = fleet.phone(str(device.serial))
    fleet.call(lambda: phone.faults.order(Strike(Fault.SHELL_FAILS)))

    failed, fine = device.shell2("getprop ro.serialno"), device.shell2("getprop ro.serialno")

    assert (failed.output, failed.returncode) == ("", 1)
    assert fine.returncode == 0
