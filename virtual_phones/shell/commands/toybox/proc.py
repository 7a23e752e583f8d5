"""The files under `/proc` that clients read: load, memory, and what one process does."""

from __future__ import annotations

import re
from uuid import NAMESPACE_OID, UUID, uuid5

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.commands.toybox.processes import Process, processes

_SOCKETS = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
_OF_A_PROCESS = re.compile(r"/proc/(\d+)/(stat|status|cmdline)")


def read(phone: VirtualPhone, path: str) -> bytes | None:
    """Return what the kernel would tell, or None where it has no such file."""
    if (match := _OF_A_PROCESS.fullmatch(path)) is not None:
        return _process(phone, int(match[1]), match[2])
    uptime = (phone.clock.now() - phone.booted).total_seconds()
    ticks = int(uptime * 100) + 1000
    known = {
        "/proc/stat": _load(ticks),
        "/proc/uptime": f"{uptime:.2f} {uptime * 7:.2f}\n",
        "/proc/meminfo": "MemTotal:        5842340 kB\nMemFree:          812340 kB\nMemAvailable:    2812340 kB\n",
        "/proc/cpuinfo": "processor\t: 0\nHardware\t: virtual\n",
        "/proc/version": "Linux version 5.15.0-virtual\n",
        "/proc/sys/kernel/random/boot_id": f"{_boot_id(phone)}\n",
        "/proc/net/tcp": _SOCKETS,
        "/proc/net/tcp6": _SOCKETS + _listening(phone),
        "/proc/net/xt_qtaguid/stats": "idx iface acct_tag_hex uid_tag_int cnt_set rx_bytes\n",
        "/sys/class/net/wlan0/address": "02:00:00:00:00:01\n",
    }
    return known[path].encode() if path in known else None


def _boot_id(phone: VirtualPhone) -> UUID:
    """Return what the kernel draws at each start."""
    return uuid5(NAMESPACE_OID, f"{phone.properties['ro.serialno']} {phone.boots} {phone.booted.isoformat()}")


def _load(ticks: int) -> str:
    """Return how busy the processor was, all of it and each of its four cores, in hundredths of a second."""
    one = ticks // 4
    cores = "".join(f"cpu{core} {one} 0 {one} {one * 8} 0 0 0 0 0 0\n" for core in range(4))
    return f"cpu  {ticks} 0 {ticks} {ticks * 8} 0 0 0 0 0 0\n{cores}intr 1\nctxt {ticks}\nprocesses 7000\n"


def _listening(phone: VirtualPhone) -> str:
    """Return the line of the uiautomator server, which listens on all addresses while it runs."""
    if not phone.u2.running:
        return ""
    everywhere, nobody = f"{'0' * 32}:{phone.u2_port:04X}", f"{'0' * 32}:0000"
    return f"   0: {everywhere} {nobody} 0A 00000000:00000000 00:00000000 00000000  2000        0 41245 1\n"


def _process(phone: VirtualPhone, pid: int, what: str) -> bytes | None:
    process = next((each for each in processes(phone) if each.pid == pid), None)
    if process is None:
        return None
    return {"stat": _stat, "status": _status, "cmdline": _command_line}[what](phone, process).encode()


def _stat(phone: VirtualPhone, process: Process) -> str:
    ticks = int((phone.clock.now() - phone.booted).total_seconds() * 10) + 10
    return f"{process.pid} ({process.name[:15]}) S 600 600 0 0 -1 0 0 0 0 0 {ticks} {ticks} 0 0 10 -10 30 0 0\n"


def _status(_: VirtualPhone, process: Process) -> str:
    return f"Name:\t{process.name[-15:]}\nPid:\t{process.pid}\nUid:\t10100\t10100\t10100\t10100\nVmRSS:\t182340 kB\n"


def _command_line(_: VirtualPhone, process: Process) -> str:
    return process.command.replace(" ", "\0") + "\0"
