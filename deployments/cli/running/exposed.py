"""The look of `phonefleet doctor` at the port of phones that has no password."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from deployments.cli.running.finding import Finding
from phonefleet.device.adb_server import answers
from phonefleet.device.exposure import PORT, Reach, hosts, reach
from phonefleet.device.transport import FastAdbClient
from phonefleet.settings import Settings

WHAT = f"port {PORT}"
_AT_ONCE = 8
_WHY = f"whoever is in their network can drive them there, without a password (port {PORT})"
_ADVICE = "give the phones a network of their own, or use USB with Wi-Fi off: docs/guide/first-phone.md"


def exposed(settings: Settings) -> Finding:
    """Look whether this computer reaches phones past adb; then others in their network do too."""
    if not answers("127.0.0.1", settings.adb_port):
        return Finding(WHAT, good=None, text="no adb server runs: there are no phones to look at")
    client = FastAdbClient(settings.adb_port)
    return judge(hosts(client, [name for name, state in client.states().items() if state == "device"]))


def judge(found: Mapping[str, str], knock: Callable[[str], Reach] = reach) -> Finding:
    """Return what it means how phones answer at their addresses."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="knock") as pool:
        answered = dict(zip(found, pool.map(knock, found.values()), strict=True))
    if ready := _named(answered, "open"):
        return Finding(WHAT, good=None, text=f"{ready} work now, and {_WHY}: {_ADVICE}")
    if reached := _named(answered, "closed"):
        return Finding(WHAT, good=None, text=f"{reached} can be reached, and while they work {_WHY}: {_ADVICE}")
    return Finding(WHAT, good=True, text="no phone can be reached past adb from this computer")


def _named(answered: Mapping[str, Reach], how: Reach) -> str:
    return ", ".join(name for name, answer in answered.items() if answer == how)
