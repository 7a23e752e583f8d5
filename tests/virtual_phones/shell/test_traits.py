"""What a phone's particulars do to the answers of its shell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from virtual_phones.apps.installed import InstalledApp
from virtual_phones.apps.manifest import Manifest
from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.channels import Streams, nothing
from virtual_phones.shell.commands.display import displays
from virtual_phones.shell.session import Session
from virtual_phones.system.traits import SecondUser, Traits
from virtual_phones.windows.equipment import Equipment

Shell = Callable[..., tuple[str, int]]
SECURE_FOLDER = SecondUser(150, "Secure Folder", frozenset({"pm list"}))
SECOND_SPACE = SecondUser(10, "Second space", frozenset({"pm", "am", "content"}))
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def app(phone: VirtualPhone) -> str:
    """The package of an app that is installed."""
    phone.apps["org.app"] = InstalledApp(Manifest("org.app", "1", 1, ".Main"))
    return "org.app"


@pytest.fixture
def bytes_of(phone: VirtualPhone) -> Callable[[str], tuple[bytes, bytes]]:
    """Runs a line and returns what it wrote to standard output and to standard error."""

    async def run(line: str) -> tuple[bytes, bytes]:
        out, err = bytearray(), bytearray()

        async def to_out(data: bytes) -> None:
            out.extend(data)

        async def to_err(data: bytes) -> None:
            err.extend(data)

        await Session(phone).run(line, Streams(nothing, to_out, to_err))
        return bytes(out), bytes(err)

    return lambda line: asyncio.run(run(line))


def test_packages_of_all_users_are_not_listed_where_one_of_them_is_closed(shell: Shell, phone: VirtualPhone) -> None:
    phone.traits = Traits(second_user=SECURE_FOLDER)
    for line in ("pm list packages", "cmd package list packages -3", "pm list packages --user 150"):
        said, code = shell(line)
        assert "java.lang.SecurityException: Shell does not have permission to access user 150" in said
        assert code == 255
    for user in ("0", "current"):
        assert shell(f"pm list packages --user {user} systemui") == ("package:com.android.systemui\n", 0)
    assert "UserInfo{150:Secure Folder" in shell("pm list users")[0]
    assert shell("pm path android")[1] == 0


@pytest.mark.parametrize(
    "line",
    [
        "pm path {}android",
        "am start {}-n org.app/.Main",
        "am force-stop {}org.app",
        "content query {}--uri content://x",
    ],
)
def test_some_phones_close_more(shell: Shell, phone: VirtualPhone, app: str, line: str) -> None:
    phone.traits = Traits(second_user=SECOND_SPACE)
    refused, allowed = shell(line.format("")), shell(line.format("--user 0 "))
    assert refused[1] == 255
    assert "SecurityException" in refused[0]
    assert allowed[1] == 0
    assert shell("am get-current-user") == ("0\n", 0)
    assert app in phone.apps


def test_what_is_started_for_another_user_stays_behind(shell: Shell, phone: VirtualPhone, app: str) -> None:
    phone.traits = Traits(user=10)
    shell("am start --user 0 -n org.app/.Main")
    behind = phone.foreground[0]
    shell("am start --user 10 -n org.app/.Main")
    assert (behind, phone.foreground[0]) == ("com.android.launcher3", app)


def test_monkey_switches_auto_rotation_on(shell: Shell, phone: VirtualPhone, app: str) -> None:
    phone.settings["system", "accelerometer_rotation"] = "0"
    assert shell(f"monkey -p {app} -c android.intent.category.LAUNCHER 1")[1] == 0
    assert shell("settings get system accelerometer_rotation") == ("1\n", 0)


def test_monkey_gives_up_without_physical_keys(shell: Shell, phone: VirtualPhone, app: str) -> None:
    phone.traits = Traits(physical_keys=False)
    said, code = shell(f"monkey -p {app} -c android.intent.category.LAUNCHER 1")
    assert code == 251
    assert "** SYS_KEYS has no physical keys but with factor 2.0%." in said
    assert phone.front is None
    assert shell(f"monkey --pct-syskeys 0 -p {app} 1")[1] == 0


def test_an_app_s_launcher_activity_is_resolved(shell: Shell, phone: VirtualPhone, app: str) -> None:
    line = "cmd package resolve-activity {}-a android.intent.action.MAIN -c android.intent.category.LAUNCHER {}"
    assert shell(line.format("--brief ", app))[0].splitlines()[1:] == ["org.app/.Main"]
    assert shell(line.format("--components ", app))[0] == "org.app/.Main\n"
    assert "  name=org.app.Main\n  packageName=org.app\n" in shell(line.format("", app))[0]
    assert shell(line.format("--brief ", "org.absent")) == ("No activity found\n", 0)
    phone.traits = Traits(brief=False)
    assert shell(line.format("--brief ", app)) == ("Error: Unknown option: --brief\n", 255)


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        (Traits(), "present: true\n  level: 85\n  scale: 100"),
        (Traits(battery="absent"), "present: false\n  level: 0\n  scale: 100"),
        (Traits(battery="unscaled"), "present: false\n  level: -1\n  scale: 0"),
    ],
)
def test_a_battery_may_be_absent(shell: Shell, phone: VirtualPhone, traits: Traits, said: str) -> None:
    phone.traits = traits
    assert said in shell("dumpsys battery")[0]


def test_a_second_display_puts_a_warning_before_the_picture(
    bytes_of: Callable[[str], tuple[bytes, bytes]], phone: VirtualPhone
) -> None:
    phone.equipment = Equipment(second_display=True)
    out, err = bytes_of("screencap -p")
    assert out.startswith(PNG)
    assert err.startswith(b"[Warning] Multiple displays were found")
    assert bytes_of(f"screencap -p -d {displays.FIRST}") == (out, b"")
    assert bytes_of(f"screencap -p -d {displays.SECOND}")[0][16:24] == b"\0\0\x04\x38\0\0\x04\x20"
    assert bytes_of("screencap -p -d 0")[1] == b"Display Id '0' is not valid.\n"


def test_a_second_display_is_dumped_before_the_first(shell: Shell, phone: VirtualPhone, app: str) -> None:
    phone.start_app(app)
    phone.equipment = Equipment(second_display=True)
    said = shell("dumpsys window")[0]
    apps = [line.split()[2] for line in said.splitlines() if "mFocusedApp=" in line]
    assert apps == ["com.sec.android.app.launcher/.SubHomeActivity", "org.app/.Main"]
    assert f"uniqueId='local:{displays.FIRST}'" in shell("dumpsys display")[0]
    assert shell("dumpsys SurfaceFlinger --display-id")[0].count("HWC display") == 2


@pytest.mark.parametrize(
    ("focus", "said"),
    [("popup", "mCurrentFocus=Window{"), ("nothing", "mCurrentFocus=null"), ("window", "org.app/.Main}")],
)
def test_the_focus_may_be_nobody_s(shell: Shell, phone: VirtualPhone, app: str, focus: str, said: str) -> None:
    phone.start_app(app)
    phone.traits = {"popup": Traits(focus="popup"), "nothing": Traits(focus="nothing"), "window": Traits()}[focus]
    line = next(line for line in shell("dumpsys window")[0].splitlines() if "mCurrentFocus" in line)
    assert said in line
    assert "mFocusedApp=ActivityRecord{" in shell("dumpsys window")[0]


def test_the_linker_s_warning_goes_to_standard_error(
    bytes_of: Callable[[str], tuple[bytes, bytes]], phone: VirtualPhone
) -> None:
    phone.traits = replace(Traits(), warning="WARNING: linker: x\n")
    assert bytes_of("am get-current-user") == (b"0\n", b"WARNING: linker: x\n")
    assert bytes_of('echo "user=$(am get-current-user)"') == (b"user=0\n", b"WARNING: linker: x\n")
    assert bytes_of("echo hello") == (b"hello\n", b"")


def test_the_same_seed_makes_the_same_phone() -> None:
    drawn = [Traits.drawn(seed) for seed in range(200)]
    assert drawn == [Traits.drawn(seed) for seed in range(200)]
    assert {each.battery for each in drawn} == {"present", "absent", "unscaled"}
    assert {each.second_user.name if each.second_user else "" for each in drawn} == {
        "", "Secure Folder", "Work profile", "Second space",
    }  # fmt: skip
    assert Traits() in drawn
