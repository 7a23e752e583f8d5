"""The check of `phonefleet doctor` for uiautomator servers that the network can reach without a password."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from deployments.cli.doctor.finding import Finding
from phonefleet.device.adb.server import is_listening
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.exposure import Reach, hosts, reach
from phonefleet.settings import Settings
from phonefleet.words import mark, tr, tr_known

TITLE = mark("port 9008")
_AT_ONCE = 8
_WHY = mark("whoever is in their network can drive them there, without a password (port 9008)")
_ADVICE = mark("give the phones a network of their own, or use USB with Wi-Fi off: docs/guide/first-phone.md")


def exposed(settings: Settings) -> Finding:
    """Check whether this computer reaches phones without adb; if so, others in their network can too."""
    if not is_listening("127.0.0.1", settings.adb_port):
        return Finding(TITLE, good=None, text=tr("no adb server runs: there are no phones to look at"))
    client = FastAdbClient(settings.adb_port)
    return finding_of(hosts(client, [name for name, state in client.states().items() if state == "device"]))


def finding_of(found: Mapping[str, str], probe: Callable[[str], Reach] = reach) -> Finding:
    """Probe the phones and return a finding; `found` has the network address of each by its name in adb."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="probe") as pool:
        answered = dict(zip(found, pool.map(probe, found.values()), strict=True))
    if ready := _named(answered, "open"):
        return Finding(
            TITLE,
            good=None,
            text=tr("{ready} work now, and {why}: {advice}", ready=ready, why=tr_known(_WHY), advice=tr_known(_ADVICE)),
        )
    if reached := _named(answered, "closed"):
        return Finding(
            TITLE,
            good=None,
            text=tr(
                "{reached} can be reached, and while they work {why}: {advice}",
                reached=reached,
                why=tr_known(_WHY),
                advice=tr_known(_ADVICE),
            ),
        )
    return Finding(TITLE, good=True, text=tr("no phone can be reached past adb from this computer"))


def _named(answered: Mapping[str, Reach], how: Reach) -> str:
    return ", ".join(name for name, answer in answered.items() if answer == how)
