"""The surroundings of a run: the packages of others in a temporary folder, an adb server and two virtual phones."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import adbutils
import uiautomator2

from tests.peers.suites import HERE
from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions

_SECONDS = 60
ADBUTILS = "2.12.0"
"""The version whose suite is fetched; the one that Phonefleet pins."""


@contextmanager
def adb_server(port: int) -> Generator[None]:
    """Run an adb server that looks for nothing but what it is told to connect to."""
    quiet = {"ADB_LOCAL_TRANSPORT_MAX_PORT": "5553", "ADB_USB": "0", "ADB_MDNS": "0"}
    command = [adbutils.adb_path(), "-P", str(port), "nodaemon", "server"]
    null = subprocess.DEVNULL
    with subprocess.Popen(command, env={**os.environ, **quiet}, stdin=null, stdout=null, stderr=null) as server:
        _await(port)
        try:
            yield
        finally:
            server.terminate()
            server.wait()
            _end_successor(command[:3])


def _end_successor(adb: list[str]) -> None:
    """End the server that a client has started in place of ours, if one has: any adb client does so."""
    subprocess.run([*adb, "kill-server"], check=False, capture_output=True)


@contextmanager
def phones(port: int, *, plain: bool = True) -> Generator[tuple[str, ...]]:
    """Serve two phones, and connect the first one to the adb server."""
    with BackgroundFleet(FleetOptions(count=2, base_port=0, plain=plain)) as fleet:
        adbutils.AdbClient("127.0.0.1", port).connect(fleet.serials[0], timeout=_SECONDS)
        yield fleet.serials


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def install_packages(folder: Path) -> None:
    """Install the pinned packages of npm, and lay the programs beside them."""
    shutil.copy(HERE / "package.json", folder)
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
    subprocess.run(command, cwd=folder, check=True)
    for program in (HERE / "programs").glob("*.mjs"):
        shutil.copy(program, folder)


def lay_sdk(folder: Path) -> Path:
    """Lay out what `ANDROID_HOME` names, with nothing in it but adb."""
    tools = folder / "sdk" / "platform-tools"
    tools.mkdir(parents=True, exist_ok=True)
    (tools / "adb").unlink(missing_ok=True)
    shutil.copy2(adbutils.adb_path(), tools / "adb")
    return tools.parent


def fetch_adbutils_suite(folder: Path) -> Path:
    """Take the suite out of adbutils' source distribution; the library itself is the one that is installed."""
    command = ["uvx", "pip", "download", "--quiet", "--no-deps", "--no-binary", "adbutils", f"adbutils=={ADBUTILS}"]
    subprocess.run(command, cwd=folder, check=True)
    with tarfile.open(folder / f"adbutils-{ADBUTILS}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    target = folder / "adbutils-suite"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder / f"adbutils-{ADBUTILS}" / "e2etests", target)
    return target


def environment(folder: Path, port: int, serials: tuple[str, ...]) -> dict[str, str]:
    """Return the variables of a run, none of which leads to the usual adb server or to a service that counts users."""
    sdk = folder / "sdk"
    own = Path(uiautomator2.__file__).parent / "assets" / "app-uiautomator.apk"
    path = f"{sdk / 'platform-tools'}{os.pathsep}{os.environ['PATH']}"
    return {
        **os.environ, "PATH": path, "ANDROID_HOME": str(sdk), "ANDROID_ADB_SERVER_PORT": str(port),
        "ADB_LOCAL_TRANSPORT_MAX_PORT": "5553", "PEER_SERIAL": serials[0], "PEER_OTHER": serials[1],
        "PEER_APK": str(own), "MOBILEMCP_DISABLE_TELEMETRY": "1", "CHECK_SECONDS": "60",
    }  # fmt: skip


def _await(port: int) -> None:
    ends = time.monotonic() + _SECONDS
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    message = f"the adb server at port {port} does not answer"
    raise TimeoutError(message)
