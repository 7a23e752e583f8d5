"""`dumpsys`: what Android's services tell of themselves, in the forms that adb clients parse."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Command, Reply, failure
from virtual_phones.shell.commands.display import displays, windows
from virtual_phones.shell.commands.package_manager import packages
from virtual_phones.shell.commands.services import idle
from virtual_phones.system.hardware import Battery


def dumpsys(call: Call) -> Reply:
    """Dump one service; `-l` lists them."""
    words = call.plain("-t", "-T")
    if "-l" in call.args or not words:
        return Reply("Currently running services:\n" + "".join(f"  {name}\n" for name in sorted(_SERVICES)))
    service = _SERVICES.get(words[0])
    if service is None:
        return failure(f"Can't find service: {words[0]}", 0)
    return service(Call(call.phone, words[0], call.args[list(call.args).index(words[0]) + 1 :]))


def _activity(call: Call) -> Reply:
    match call.first:
        case "top":
            return Reply(windows.top_activity(call.phone))
        case _:
            return Reply(windows.activities(call.phone))


def _window(call: Call) -> Reply:
    return Reply(windows.windows(call.phone))


def _package(call: Call) -> Reply:
    if call.args:
        return Reply(packages.dump(call.phone, call.first))
    return Reply("".join(packages.dump(call.phone, package) for package in packages.third_party(call.phone)))


def _power(call: Call) -> Reply:
    on = call.phone.display_on
    return Reply(
        "POWER MANAGER (dumpsys power)\n\nPower Manager State:\n"
        f"  mWakefulness={'Awake' if on else 'Asleep'}\n  mWakefulnessChanging=false\n"
        f"  mIsPowered={_yes(call.phone.battery.usb_powered)}\n  mBatteryLevel={call.phone.battery.level}\n"
        f"  mHoldingWakeLockSuspendBlocker={_yes(on)}\n  mHoldingDisplaySuspendBlocker={_yes(on)}\n"
        f"  mStayOn=false\nDisplay Power: state={'ON' if on else 'OFF'}\n"
    )


def _display(call: Call) -> Reply:
    phone = call.phone
    size = f"real {phone.width} x {phone.height}, largest app {max(phone.physical)} x {max(phone.physical)}"
    return Reply(
        f"DISPLAY MANAGER (dumpsys display)\n  mDisplayState={'ON' if phone.display_on else 'OFF'}\n"
        f"  mViewports=[{displays.viewports(phone)}]\n"
        f'    mBaseDisplayInfo=DisplayInfo{{"Built-in Screen", displayId 0, {size}, rotation {phone.rotation}}}\n'
    )


def _battery(call: Call) -> Reply:
    battery = call.phone.battery
    match list(call.args):
        case ["set", "level", level] if level.isdecimal():
            battery.level = int(level)
        case ["set", "usb" | "ac", value]:
            battery.usb_powered = value == "1"
        case ["unplug"]:
            battery.usb_powered = False
        case ["reset"]:
            call.phone.battery = Battery()
        case ["set", *_]:
            return failure(f"Unknown set option: {' '.join(call.args[1:])}")
        case _:
            return Reply(_battery_state(call.phone))
    return Reply()


def _battery_state(phone: VirtualPhone) -> str:
    """Return what the battery service tells. Off the charger every phone has a battery, whatever its traits."""
    battery = phone.battery
    kind = phone.traits.battery if battery.usb_powered else "present"
    level, scale = {"present": (battery.level, 100), "absent": (0, 100), "unscaled": (-1, 0)}[kind]
    return f"""\
Current Battery Service state:
  AC powered: false
  USB powered: {_yes(battery.usb_powered)}
  Wireless powered: false
  Dock powered: false
  Max charging current: 500000
  Max charging voltage: 5000000
  Charge counter: {max(level, 0) * 40000}
  status: {battery.status if kind == "present" else 1}
  health: 2
  present: {_yes(kind == "present")}
  level: {level}
  scale: {scale}
  voltage: {battery.voltage if kind == "present" else 0}
  temperature: {battery.temperature if kind == "present" else 0}
  technology: {"Li-ion" if kind == "present" else ""}
"""


def _input_method(call: Call) -> Reply:
    phone = call.phone
    current = phone.settings["secure", "default_input_method"]
    shown = phone.focused_node is not None
    return Reply(
        f"Current Input Method Manager state:\n  mCurMethodId={current}\n  mInputShown={_yes(shown)}\n"
        f"  mCurFocusedWindow=Window{{{windows.token(phone)} u0 {'/'.join(phone.foreground)}}}\n"
    )


def _surface_flinger(call: Call) -> Reply:
    match call.first:
        case "--display-id":
            return Reply(displays.physical(call.phone))
        case "--list":
            return Reply(f"{'/'.join(call.phone.foreground)}#0\nStatusBar#0\nNavigationBar0#0\n")
        case "--latency":
            return Reply("16666666\n")
        case _:
            return Reply()


def _meminfo(call: Call) -> Reply:
    app = call.phone.apps.get(call.first)
    if app is None or not app.running:
        return Reply(f"No process found for: {call.first}\n")
    return Reply(
        f"Applications Memory Usage (in Kilobytes):\n\n** MEMINFO in pid {call.phone.pid(app.package)} "
        f"[{app.package}] **\n                   Pss  Private  Private  SwapPss      Rss\n"
        "        TOTAL    84812    61328     9212       34   172340\n"
    )


def _input(call: Call) -> Reply:
    return Reply(f"INPUT MANAGER (dumpsys input)\n  SurfaceOrientation: {call.phone.rotation}\n")


def _wifi(_: Call) -> Reply:
    return Reply('Wi-Fi is enabled\nmWifiInfo SSID: "virtual", BSSID: 02:00:00:00:00:00, RSSI: -50\n')


def _trust(call: Call) -> Reply:
    locked = int(call.phone.locked)
    return Reply(f'Trust manager state:\n User "Owner" (id=0, flags=0x4c13) (current): deviceLocked={locked}\n')


def _disk(_: Call) -> Reply:
    return Reply(
        "Latency: 1ms [512B Data Write]\nRecent Disk Write Speed (kB/s) = 61540\n"
        "Data-Free: 105372693K / 115249236K total = 91% free\nCache-Free: 105372693K / 115249236K total = 91% free\n"
        "System-Free: 3072000K / 4096000K total = 75% free\nFile-based Encryption: true\n"
    )


def _notification(_: Call) -> Reply:
    return Reply("Current Notification Manager state:\n  Notification List:\n")


def _yes(value: bool) -> str:  # noqa: FBT001 - the value is what is written
    return "true" if value else "false"


_SERVICES: Mapping[str, Command] = MappingProxyType(
    {
        "activity": _activity, "window": _window, "package": _package, "power": _power, "display": _display,
        "battery": _battery, "input_method": _input_method, "SurfaceFlinger": _surface_flinger, "meminfo": _meminfo,
        "input": _input, "wifi": _wifi, "trust": _trust, "notification": _notification,
        "deviceidle": idle.whitelist, "diskstats": _disk,
        "cpuinfo": lambda _: Reply("Load: 0.0 / 0.0 / 0.0\n0% TOTAL: 0% user + 0% kernel\n"),
        "gfxinfo": lambda _: Reply("Applications Graphics Acceleration Info:\n"),
        "statusbar": lambda call: Reply(f"  mExpandedVisible={_yes(call.phone.panel is not None)}\n"),
    }
)  # fmt: skip

COMMANDS: Mapping[str, Command] = {"dumpsys": dumpsys}
