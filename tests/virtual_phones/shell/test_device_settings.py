"""What device administrators do through adb: install, restart, time zone, staying awake, as Android answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.apk_files import apk
from virtual_phones.phone import VirtualPhone

Shell = Callable[..., tuple[str, int]]
BOOT_ID = "cat /proc/sys/kernel/random/boot_id"


def install(phone: VirtualPhone, shell: Shell, content: bytes, options: str = "-r") -> tuple[str, int]:
    phone.files.write("/data/local/tmp/a.apk", content)
    return shell(f"pm install {options} /data/local/tmp/a.apk")


@pytest.mark.parametrize("command", ["reboot", "svc power reboot"])
def test_a_restart_draws_another_boot_id_and_is_counted(phone: VirtualPhone, shell: Shell, command: str) -> None:
    restarts: list[int] = []
    phone.on_restart = lambda: restarts.append(phone.boots)
    before, _ = shell(BOOT_ID)
    assert shell(BOOT_ID)[0] == before
    shell(command)
    assert shell(BOOT_ID)[0] != before
    assert (shell("settings get global boot_count")[0], restarts) == ("2\n", [2])


def test_an_older_version_is_refused_unless_it_is_allowed(phone: VirtualPhone, shell: Shell) -> None:
    assert install(phone, shell, apk(version_code=3)) == ("Success\n", 0)
    said, code = install(phone, shell, apk(version_code=2))
    assert ("INSTALL_FAILED_VERSION_DOWNGRADE" in said, code) == (True, 1)
    assert install(phone, shell, apk(version_code=2), "-r -d") == ("Success\n", 0)


def test_an_update_of_another_signer_is_refused_and_one_of_the_same_is_not(phone: VirtualPhone, shell: Shell) -> None:
    install(phone, shell, apk(signer=b"anna"))
    assert "INSTALL_FAILED_UPDATE_INCOMPATIBLE" in install(phone, shell, apk(version_code=2, signer=b"bob"))[0]
    assert install(phone, shell, apk(version_code=2, signer=b"anna")) == ("Success\n", 0)


def test_what_is_installed_is_the_file_that_came(phone: VirtualPhone, shell: Shell) -> None:
    install(phone, shell, apk())
    path = shell("pm path org.example.shop")[0].strip().removeprefix("package:")
    assert shell(f"sha256sum -b {path}") == shell("sha256sum -b /data/local/tmp/a.apk")


def test_the_alarm_service_sets_the_time_zone(shell: Shell) -> None:
    assert shell("cmd alarm set-timezone Europe/Berlin") == ("", 0)
    assert shell("getprop persist.sys.timezone") == ("Europe/Berlin\n", 0)
    assert shell("cmd alarm dance")[1] == 255


@pytest.mark.parametrize(("how", "stored"), [("true", "15"), ("false", "0"), ("usb", "2")])
def test_the_display_stays_on_by_the_kind_of_power(shell: Shell, how: str, stored: str) -> None:
    assert shell(f"svc power stayon {how}") == ("", 0)
    assert shell("settings get global stay_on_while_plugged_in") == (f"{stored}\n", 0)
    assert shell("svc power stayon sometimes")[1] == 255


@pytest.mark.parametrize(
    "command",
    ["settings put global auto_time_zone 0", "svc power stayon true", "cmd alarm set-timezone Asia/Tokyo"],
)
def test_a_guarded_phone_lets_its_shell_change_nothing(phone: VirtualPhone, shell: Shell, command: str) -> None:
    phone.traits = replace(phone.traits, guarded=True)
    before = dict(phone.settings), dict(phone.properties)
    said, code = shell(command)
    assert ("SecurityException" in said, code) == (True, 255)
    assert (dict(phone.settings), dict(phone.properties)) == before
    assert "INSTALL_FAILED_USER_RESTRICTED" in install(phone, shell, apk())[0]
