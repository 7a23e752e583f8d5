"""Small commands that tell who, when and where: `id`, `date`, `uname`, `ifconfig`, `sleep`."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping
from datetime import timedelta

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Channels, Command, Program, Reply, failure

_IDENTITY = "uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),1007(log),3003(inet) context=u:r:shell:s0\n"


def date(call: Call) -> Reply:
    """Print the time in UTC; `+FORMAT` as in strftime."""
    form = next((word[1:] for word in call.args if word.startswith("+")), "%a %b %d %H:%M:%S UTC %Y")
    now = call.phone.clock.now()
    return Reply(now.strftime(form.replace("%N", f"{now.microsecond * 1000:09d}")) + "\n")


def uname(call: Call) -> Reply:
    """Print the kernel."""
    whole = "Linux localhost 5.15.0-virtual #1 SMP PREEMPT aarch64 Toybox"
    return Reply({"": "Linux", "-a": whole, "-r": "5.15.0-virtual", "-m": "aarch64"}.get(call.first, whole) + "\n")


def uptime(call: Call) -> Reply:
    """Print since when the phone runs."""
    running = call.phone.clock.now() - call.phone.booted
    return Reply(f" {call.phone.clock.now():%H:%M:%S} up {running // timedelta(minutes=1)} min, 0 users\n")


def ifconfig(call: Call) -> Reply:
    """Show the wireless network; a virtual phone has an address of its own that leads nowhere."""
    interface = ([*call.plain(), "wlan0"])[0]
    if interface != "wlan0":
        return failure(f"ifconfig: {interface}: No such device")
    return Reply(
        "wlan0     Link encap:Ethernet  HWaddr 02:00:00:00:00:01\n"
        f"          inet addr:{_address(call.phone)}  Bcast:10.255.255.255  Mask:255.0.0.0\n"
        "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n"
    )


def ip(call: Call) -> Reply:
    """Show addresses and routes."""
    address = _address(call.phone)
    if call.first.startswith("r"):
        return Reply(f"10.0.0.0/8 dev wlan0 proto kernel scope link src {address}\n")
    return Reply(
        "30: wlan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP\n"
        "    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n"
        f"    inet {address}/8 brd 10.255.255.255 scope global\n"
    )


def ping(call: Call) -> Reply:
    """Reach nobody."""
    return failure(f"ping: unknown host {([*call.plain('-c', '-W', '-i'), ''])[0]}", 2)


def _address(phone: VirtualPhone) -> str:
    number = zlib.crc32(phone.serial.encode())
    return f"10.{number >> 16 & 0xFF}.{number >> 8 & 0xFF}.{number % 254 + 1}"


async def sleep(call: Call, channels: Channels) -> int:
    """Wait for some seconds."""
    try:
        seconds = float(call.first.removesuffix("s"))
    except ValueError:
        await channels.err(f"sleep: bad number '{call.first}'\n".encode())
        return 1
    await asyncio.sleep(seconds)
    return 0


COMMANDS: Mapping[str, Command] = {
    "date": date, "uname": uname, "uptime": uptime, "ifconfig": ifconfig, "ip": ip, "ping": ping,
    "id": lambda _: Reply(_IDENTITY), "whoami": lambda _: Reply("shell\n"), "hostname": lambda _: Reply("localhost\n"),
    "pwd": lambda call: Reply(call.environment.get("PWD", "/") + "\n"), "true": lambda _: Reply(),
    "false": lambda _: Reply(code=1), ":": lambda _: Reply(), "getenforce": lambda _: Reply("Enforcing\n"),
    "env": lambda call: Reply("".join(f"{name}={value}\n" for name, value in call.environment.items())),
    "wait": lambda _: Reply(), "read": lambda _: Reply(code=1), "vibrator": lambda _: Reply(),
    "setenforce": lambda _: failure("setenforce: Couldn't set enforcing status: Permission denied"),
}  # fmt: skip
PROGRAMS: Mapping[str, Program] = {"sleep": sleep}
