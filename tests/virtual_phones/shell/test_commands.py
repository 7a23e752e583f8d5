"""Single commands of the phone's shell that adbutils does not ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.channels import Streams, nothing
from virtual_phones.shell.registry import COMMANDS, PROGRAMS
from virtual_phones.shell.session import Session
from virtual_phones.u2.server import U2Server

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
        ("cmd -l", "connectivity"),
        ("cmd", "No service specified"),
        ("cmd nosuch do", "Can't find service: nosuch"),
        ("cmd power reboot", "Failure calling service power"),
        ("cmd connectivity airplane-mode enable; cmd connectivity airplane-mode", "enabled"),
        ("cmd connectivity airplane-mode disable; settings get global airplane_mode_on", "0"),
        ("cmd -w wifi set-wifi-enabled disabled; cmd wifi status", "Wifi is disabled"),
        ("cmd location set-location-enabled false; cmd location is-location-enabled", "false"),
        ("cmd bluetooth_manager enable; settings get global bluetooth_on", "1"),
        ("cmd phone data disable; settings get global mobile_data", "0"),
        ("cmd locale set-app-locales android --locales fr; cmd locale get-app-locales android", "[fr]"),
        ("cmd locale get-app-locales no.such", "Unknown package"),
        ("cmd display get-displays", 'uniqueId "local:4619827259835644672"'),
        ("cmd uimode night yes; cmd uimode night", "Night mode: yes"),
        ("dumpsys deviceidle whitelist +com.android.shell; cmd deviceidle whitelist", "user,com.android.shell,"),
        ("dumpsys deviceidle whitelist -com.android.shell; dumpsys deviceidle whitelist", "Removed: com.android.shell"),
        ("dumpsys diskstats", "Data-Free: "),
        ("service list", "Found "),
        ("service check package", "Service package: found"),
        ("service check nosuch", "Service nosuch: not found"),
        ("pm list packages --show-versioncode android", "package:android versionCode:34"),
        ("cmd package -p android", "package:/system/framework/framework-res.apk"),
        ("pm query-activities -a android.intent.action.MAIN", "No activities found"),
        ("pm install-write 7 base.apk /nothing", "no access to session 7"),
        ("pm install-commit 7", "no access to session 7"),
        ("content read --uri content://nosuch", "Error while accessing provider:nosuch"),
        ("content insert --uri content://settings/global --bind name:s:a --bind value:i:7; settings get global a", "7"),
        ("ps --help", "-A\tAll"),
        ("cat /proc/net/tcp6", "local_address"),
        ("log -t peer 'of mine'; logcat -d -v brief peer:I '*:S'", "I/peer    ( 4242): of mine"),
        ("log -p w -t peer x; logcat -d -v time -e '^x$'", " W/peer    ( 4242): x"),
        ("log -p x y", "bad -p"),
        ("log", "Usage: log"),
        ("logcat -g", "main: ring buffer is"),
        ("logcat -v nosuch -d", 'Invalid parameter "nosuch" to -v'),
        ("logcat -d -e '('", "bad argument"),
        ("log -t last m; logcat -t 1 -v tag", "I/last    : m"),
        ("log -t last m; logcat -d -v long -s last", " 4242: 4242 I/last     ]\nm\n"),
        ("log -t last m; logcat -d -v epoch,usec --pid=4242", " I last    : m"),
        ("logcat -t '2099-01-01 00:00:00.000' | wc -l", "0"),
        ("logcat -m 2 -v raw | grep -c Multicast", "1"),
        ("logcat -c; logcat -d | wc -l", "0"),
    ],
)
def test_a_command_answers(shell: Shell, line: str, expected: str) -> None:
    assert expected in shell(line)[0]


@pytest.mark.parametrize("name", sorted({*COMMANDS, *PROGRAMS} - {"getevent", "logcat", "screenrecord", "sleep"}))
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


def test_a_lock_is_set_verified_and_cleared_with_what_it_was(shell: Shell, phone: VirtualPhone) -> None:
    assert shell("locksettings get-disabled") == ("true\n", 0)
    assert shell("locksettings set-pin 1234") == ("Pin set to '1234'\n", 0)
    assert phone.secure_lock
    assert shell("locksettings get-disabled") == ("false\n", 0)
    assert shell("locksettings verify --old 1234")[0] == "Lock credential verified successfully\n"
    assert shell("locksettings verify --old 9") == ("Old password '9' didn't match\n", 255)
    assert shell("locksettings clear") == ("Credential can't be null or empty\n", 255)
    assert shell("locksettings clear --old 1234") == ("Lock credential cleared\n", 0)
    assert shell("locksettings clear --old 1234") == ("Old password provided but user has no password\n", 255)
    assert not phone.secure_lock


def test_a_phone_with_a_lock_is_locked_once_it_was_off(shell: Shell, phone: VirtualPhone) -> None:
    shell("locksettings set-pin 1234; input keyevent POWER; input keyevent POWER; wm dismiss-keyguard")

    assert phone.locked
    assert phone.display_on
