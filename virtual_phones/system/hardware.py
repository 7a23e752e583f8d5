"""The hardware and the build of a virtual phone: its serial number, properties, battery and first settings."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from types import MappingProxyType

ADB_KEYBOARD = "com.github.uiautomator/.AdbKeyboard"
"""The input method that uiautomator2 types with; virtual phones come with it installed."""

SYSTEM_PACKAGES = (
    "android", "com.android.inputmethod.latin", "com.android.launcher3", "com.android.providers.media.module",
    "com.android.settings", "com.android.shell", "com.android.systemui",
)  # fmt: skip
"""What the system consists of, as `pm list packages -s` shows it."""

SOFT_KEYBOARD = "com.android.inputmethod.latin/.LatinIME"

CHARGING, DISCHARGING, FULL = 2, 3, 5
"""`status` of `dumpsys battery`, as in android.os.BatteryManager."""


@dataclass(slots=True)
class Battery:
    """The battery: `level` in percent, `temperature` in tenths of a degree Celsius, `voltage` in millivolts."""

    level: int = 85
    usb_powered: bool = True
    temperature: int = 285
    voltage: int = 4180

    @property
    def status(self) -> int:
        """The number that `dumpsys battery` shows as status."""
        if not self.usb_powered:
            return DISCHARGING
        return FULL if self.level >= 100 else CHARGING  # noqa: PLR2004 - percent


_BUILD = MappingProxyType(
    {
        "dalvik.vm.isa.arm64.variant": "generic",
        "gsm.operator.alpha": "",
        "gsm.sim.state": "ABSENT",
        "init.svc.adbd": "running",
        "persist.sys.timezone": "UTC",
        "ro.board.platform": "virtual",
        "ro.build.characteristics": "phone",
        "ro.build.date.utc": "1700000000",
        "ro.build.display.id": "UP1A.231005.007",
        "ro.build.id": "UP1A.231005.007",
        "ro.build.type": "user",
        "ro.build.version.release": "14",
        "ro.build.version.sdk": "34",
        "ro.build.version.security_patch": "2024-01-05",
        "ro.debuggable": "0",
        "ro.hardware": "virtual",
        "ro.kernel.qemu": "",
        "ro.product.board": "virtual",
        "ro.product.brand": "phonefleet",
        "ro.product.cpu.abi": "arm64-v8a",
        "ro.product.cpu.abilist": "arm64-v8a,armeabi-v7a,armeabi",
        "ro.product.locale": "en-US",
        "ro.product.manufacturer": "Phonefleet",
        "ro.secure": "1",
        "ro.sf.lcd_density": "420",
        "sys.boot_completed": "1",
        "sys.usb.state": "adb",
        "wifi.interface": "wlan0",
    }
)
"""The properties in which all virtual phones agree: a user build of Android 14."""


def serial_number(serial: str) -> str:
    """Return the serial number of a phone, made from its first address; a phone that moves keeps it."""
    return f"{zlib.crc32(serial.encode()):08x}"


def build_properties(serial: str, model: str) -> dict[str, str]:
    """Return the `getprop` table of a phone; it tells its own name, so that two phones differ."""
    identity = serial_number(serial)
    device = model.lower().replace(" ", "_")
    return {
        **_BUILD,
        "net.hostname": f"android-{identity}",
        "ro.boot.serialno": identity,
        "ro.build.fingerprint": f"phonefleet/{device}/{device}:14/UP1A.231005.007/1:user/release-keys",
        "ro.product.device": device,
        "ro.product.model": model,
        "ro.product.name": device,
        "ro.serialno": identity,
    }


def android_id(serial: str) -> str:
    """Return the `android_id` of a phone: 16 hex digits; real phones draw it at their first start."""
    return hashlib.blake2b(serial.encode(), digest_size=8).hexdigest()


def first_settings(serial: str) -> dict[tuple[str, str], str]:
    """Return what `settings get NAMESPACE KEY` knows on a new phone, by (namespace, key)."""
    return {
        ("system", "screen_brightness"): "128",
        ("system", "screen_brightness_mode"): "0",
        ("system", "screen_off_timeout"): "600000",
        ("system", "accelerometer_rotation"): "1",
        ("system", "user_rotation"): "0",
        ("secure", "default_input_method"): SOFT_KEYBOARD,
        ("secure", "enabled_input_methods"): SOFT_KEYBOARD,
        ("secure", "android_id"): android_id(serial),
        ("global", "airplane_mode_on"): "0",
        ("global", "device_name"): "Virtual phone",
        ("global", "wifi_on"): "1",
        ("global", "window_animation_scale"): "1.0",
        ("global", "transition_animation_scale"): "1.0",
        ("global", "animator_duration_scale"): "1.0",
        ("global", "stay_on_while_plugged_in"): "3",
    }
