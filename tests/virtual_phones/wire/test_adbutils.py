"""What adbutils asks a phone, each in its own words."""

# adbutils leaves the arguments of its shell partly untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import uiautomator2
from adbutils import AdbClient, AdbDevice, AdbError, AdbInstallError, BrightnessMode, Network

from virtual_phones.background import BackgroundFleet
from virtual_phones.faults import Fault, Strike

SAMPLE = "com.phonefleet.sample"


def test_the_banner_names_model_and_features(client: AdbClient, device: AdbDevice) -> None:
    [info] = [each for each in client.list(extended=True) if each.serial == device.serial]

    assert (info.state, info.tags["model"], info.tags["product"]) == ("device", "Virtual_Phone_1", "virtual_phone_1")
    assert {"shell_v2", "cmd", "stat_v2", "ls_v2"} <= set(device.get_features().split(","))


def test_two_phones_have_different_serial_numbers(
    fleet: BackgroundFleet, connected: Callable[[str], AdbDevice]
) -> None:
    first, second = (connected(serial).getprop("ro.serialno") for serial in fleet.serials)

    assert first != second


def test_the_focused_app_is_known(device: AdbDevice) -> None:
    assert device.app_current().package == "com.android.launcher3"

    device.app_start(SAMPLE)

    assert device.app_current().package == SAMPLE


def test_the_focused_app_is_known_behind_the_keyguard(device: AdbDevice, fleet: BackgroundFleet) -> None:
    device.app_start(SAMPLE, ".MainActivity")
    fleet.strike(str(device.serial), Strike(Fault.LOCKED))

    current = device.app_current()

    assert current.package == SAMPLE
    assert current.pid > 0


def test_an_app_stops_and_gets_another_process(device: AdbDevice) -> None:
    device.app_start(SAMPLE)
    first = device.shell(["pidof", SAMPLE])
    device.app_stop(SAMPLE)
    stopped = device.shell2(["pidof", SAMPLE])
    device.app_start(SAMPLE)

    assert stopped.returncode == 1
    assert device.shell(["pidof", SAMPLE]) != first


def test_an_installed_app_tells_its_version(device: AdbDevice) -> None:
    info = device.app_info(SAMPLE)

    assert info is not None
    assert (info.package_name, info.version_name, info.version_code) == (SAMPLE, "2.0.1", 201)
    assert info.first_install_time is not None
    assert info.path.endswith("/base.apk")
    assert device.app_info("com.example.missing") is None


def test_packages_are_listed_by_kind(device: AdbDevice) -> None:
    third_party, system = device.list_packages(["-3"]), device.list_packages(["-s"])

    assert SAMPLE in third_party
    assert "com.android.settings" in system
    assert set(third_party) | set(system) == set(device.list_packages())


def test_the_display_is_described(device: AdbDevice) -> None:
    assert device.window_size() == (1080, 2400)
    assert device.rotation() == 0

    device.shell("settings put system user_rotation 1")

    assert device.rotation() == 1
    assert device.window_size() == (2400, 1080)


def test_the_display_can_be_switched(device: AdbDevice) -> None:
    device.switch_screen(enable=False)
    off = device.is_screen_on()
    device.switch_screen(enable=True)

    assert not off
    assert device.is_screen_on()


def test_brightness_is_kept(device: AdbDevice) -> None:
    device.brightness_value = 77
    device.brightness_mode = BrightnessMode.AUTO

    assert (device.brightness_value, device.brightness_mode) == (77, BrightnessMode.AUTO)


def test_the_battery_is_described(device: AdbDevice, fleet: BackgroundFleet) -> None:
    well = device.battery()
    fleet.strike(str(device.serial), Strike(Fault.LOW_BATTERY, percent=4))
    low = device.battery()

    assert (well.level, well.usb_powered, well.temperature, well.technology) == (85, True, 28.5, "Li-ion")
    assert (low.level, low.usb_powered, low.status) == (4, False, 3)


def test_each_phone_has_an_address(device: AdbDevice) -> None:
    assert device.wlan_ip().startswith("10.")


def test_switches_are_accepted(device: AdbDevice) -> None:
    device.switch_airplane(enable=True)
    device.switch_wifi(enable=False)
    device.volume_up()

    assert device.shell("settings get global airplane_mode_on") == "1"
    assert device.shell("settings get global wifi_on") == "0"


def test_a_screenshot_shows_the_whole_display(device: AdbDevice) -> None:
    assert device.screenshot().size == (1080, 2400)
    assert device.screenshot(display_id=0).size == (1080, 2400)


def test_the_framebuffer_holds_every_pixel(device: AdbDevice) -> None:
    with device.open_transport() as connection:  # AdbDevice.framebuffer leaves its socket open
        connection.send_command("framebuffer:")
        connection.check_okay()
        header = struct.unpack("<5I", connection.read(20))
        connection.read(32)
        pixels = connection.read_until_close(encoding=None)

    assert header == (1, 32, 1080 * 2400 * 4, 1080, 2400)
    assert len(pixels) == header[2]


def test_a_dark_display_gives_a_black_picture(device: AdbDevice) -> None:
    device.switch_screen(enable=False)

    assert device.screenshot(error_ok=False).convert("L").getextrema() == (0, 0)


def test_the_hierarchy_shows_the_app_in_front(device: AdbDevice) -> None:
    device.app_start(SAMPLE)

    assert f'package="{SAMPLE}"' in device.dump_hierarchy()


def test_a_touch_on_an_icon_opens_the_app(device: AdbDevice) -> None:
    device.click(100, 400)

    assert device.app_current().package == SAMPLE


def test_links_open_the_app_that_handles_them(device: AdbDevice) -> None:
    device.shell(["am", "start", "-a", "android.intent.action.VIEW", "-d", "sample://user/person_0001"])
    unknown = device.shell2(["am", "start", "-a", "android.intent.action.VIEW", "-d", "other://x"])

    assert device.app_current().activity == ".ProfileActivity"
    assert "unable to resolve Intent" in unknown.output


def test_a_missing_app_does_not_start(device: AdbDevice) -> None:
    assert "No activities found" in device.shell("monkey -p com.example.missing -c android.intent.category.LAUNCHER 1")
    assert "does not exist" in device.shell("am start -n com.example.missing/.Main")


def test_ports_are_forwarded_to_the_uiautomator_server(device: AdbDevice) -> None:
    port = device.forward_port(9008)
    try:
        assert [(item.local, item.remote) for item in device.forward_list()] == [(f"tcp:{port}", "tcp:9008")]
    finally:
        device.forward_remove_all()


def test_reverse_forwards_are_kept_in_a_table(device: AdbDevice) -> None:
    device.reverse("tcp:6100", "tcp:7100")
    listed = [(item.remote, item.local) for item in device.reverse_list()]
    device.reverse_remove("tcp:6100")

    assert listed == [("tcp:6100", "tcp:7100")]
    assert device.reverse_list() == []
    with pytest.raises(AdbError, match="not found"):
        device.reverse_remove("tcp:6100")


@pytest.mark.parametrize(("network", "address"), [(Network.TCP, 9008), (Network.TCP, 80), (Network.UNIX, "scrcpy")])
def test_closed_doors_are_refused(device: AdbDevice, network: Network, address: str | int) -> None:
    with pytest.raises(AdbError, match="closed"):
        device.create_connection(network, address)


def test_a_user_build_does_not_become_root(device: AdbDevice) -> None:
    assert device.root() == "adbd cannot run as root in production builds\n"


def test_an_app_is_installed_and_removed(device: AdbDevice) -> None:
    apk = Path(uiautomator2.__file__).parent / "assets" / "app-uiautomator.apk"
    device.uninstall("com.github.uiautomator")
    gone = device.shell("ime list -s -a")

    device.install(apk, nolaunch=True, silent=True)

    assert "com.github.uiautomator" not in gone
    assert "com.github.uiautomator" in device.list_packages(["-3"])
    assert "com.github.uiautomator/.AdbKeyboard" in device.shell("ime list -s -a")


def test_what_is_no_apk_is_not_installed(device: AdbDevice) -> None:
    device.sync.push(b"nothing", "/data/local/tmp/x.apk")

    with pytest.raises(AdbInstallError, match="INSTALL_PARSE_FAILED_NOT_APK"):
        device.install_remote("/data/local/tmp/x.apk")
