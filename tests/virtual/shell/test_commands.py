"""Single commands of the phone's shell that adbutils does not ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from phonefleet.virtual.phone import VirtualPhone
from phonefleet.virtual.shell.channels import Streams, nothing
from phonefleet.virtual.shell.registry import COMMANDS, PROGRAMS
from phonefleet.virtual.shell.session import Session
from phonefleet.virtual.u2.server import U2Server

Shell = Callable[..., tuple[str, int]]
STRANGE = ["", "-x", "a b c", "'' ''", "-n", "-n x", "-c '('", "'[' /sdcard", "/sdcard /nothing", "-p", "start -n"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("whoami", "shell"),
        ("id", "uid=2000(shell)"),
        ("uname -m", "aarch64"),
        ("wm density", "Physical density: 420"),
        ("getprop ro.build.version.sdk", "34"),
        ("getprop no.such.property fallback", "fallback"),
        ("setprop debug.x 5; getprop debug.x", "5"),
        ("cmd package list packages -s | head -n 1", "package:android"),
        ("cmd statusbar expand-notifications; dumpsys window | grep mCurrentFocus", "NotificationShade"),
        ("cmd statusbar collapse; dumpsys window | grep mCurrentFocus", "com.android.launcher3"),
        ("settings list system", "screen_brightness=128"),
        ("settings get secure nothing", "null"),
        ("content query --uri content://settings/system/screen_brightness", "name=screen_brightness, value=128"),
        ("df /data", "/data"),
        ("date +%Y", "20"),
        ("ip addr show dev wlan0", "inet 10."),
        ("ps -A | grep -c system_server", "1"),
        ("cat /proc/stat", "cpu  "),
        ("cat /proc/1/cmdline", "init"),
        ("which ls sh", "/system/bin/ls"),
        ("toybox echo hi", "hi"),
        ("/system/bin/echo hi", "hi"),
        ("dumpsys -l", "battery"),
        ("dumpsys nosuch", "Can't find service: nosuch"),
        ("dumpsys battery set level 50; dumpsys battery | grep level; dumpsys battery reset", "level: 50"),
        ("ime list -s", "com.android.inputmethod.latin/.LatinIME"),
        ("am broadcast -a android.intent.action.MEDIA_SCANNER_SCAN_FILE -d file:///sdcard/x", "result=0"),
        ("am get-current-user", "0"),
        ("stat -c %s /data/local", "0"),
        ("md5sum /nothing", "No such file or directory"),
        ("pm path android", "package:/system/framework/framework-res.apk"),
        ("am nothing", "Unknown command: nothing"),
        ("input tap", "Invalid arguments"),
        ("kill 1", "Operation not permitted"),
    ],
)
def test_a_command_answers(shell: Shell, line: str, expected: str) -> None:
    assert expected in shell(line)[0]


@pytest.mark.parametrize("name", sorted({*COMMANDS, *PROGRAMS} - {"logcat", "sleep"}))
def test_no_command_breaks_on_unexpected_arguments(shell: Shell, name: str) -> None:
    codes = [shell(f"{name} {arguments}")[1] for arguments in STRANGE]

    assert all(0 <= code < 256 for code in codes)


def test_keys_switch_the_display(shell: Shell, phone: VirtualPhone) -> None:
    shell("input keyevent KEYCODE_SLEEP")
    asleep = phone.display_on
    shell("input keyevent 224")

    assert not asleep
    assert phone.display_on


def test_the_insecure_keyguard_is_dismissed(shell: Shell, phone: VirtualPhone) -> None:
    phone.locked = True
    assert "showing=true" in shell("dumpsys window policy")[0]

    shell("wm dismiss-keyguard")

    assert "showing=false" in shell("dumpsys window policy")[0]


def test_a_server_whose_stream_breaks_before_its_first_word_ends(phone: VirtualPhone) -> None:
    async def broken(_: bytes) -> None:
        raise ConnectionResetError

    async def start() -> None:
        phone.u2 = U2Server(phone)
        phone.files.write("/data/local/tmp/u2.jar", b"jar")
        line = "CLASSPATH=/data/local/tmp/u2.jar app_process / com.wetest.uia2.Main -p 9008"
        with pytest.raises(ConnectionResetError):
            await Session(phone).run(line, Streams(nothing, broken, broken))

    asyncio.run(start())
    assert not phone.u2.running
