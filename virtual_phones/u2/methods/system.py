"""JSON-RPC methods that reach beyond the screen: commands, apps, the server's own waits, what comes by itself."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping

from virtual_phones.shell.channels import Streams, nothing
from virtual_phones.shell.session import Session
from virtual_phones.u2.automator import Automator
from virtual_phones.u2.failures import NullPointer
from virtual_phones.u2.protocol.registry import Family

system = Family()

_KILLED, _NOT_FOUND = -1, 127
_POLL = 0.05
"""Seconds between two looks at the screen."""


@system.method("executeShellCommand", "String, long")
async def execute(automator: Automator, line: str | None, milliseconds: int) -> dict[str, object]:
    """Run a command without a shell, as `Runtime.exec` does: words are parted by blanks, quotes mean nothing."""
    out, err = bytearray(), bytearray()

    async def to_out(data: bytes) -> None:
        out.extend(data)

    async def to_err(data: bytes) -> None:
        err.extend(data)

    words = (line or "").split()
    if not words:
        return _failed("Empty command" if line is not None else "null")
    try:
        async with asyncio.timeout(milliseconds / 1000):
            code = await Session(automator.phone).run(shlex.join(words), Streams(nothing, to_out, to_err))
    except TimeoutError:
        code = _KILLED
    if code == _NOT_FOUND and b"not found" in err:
        return _failed(f'Cannot run program "{words[0]}": error=2, No such file or directory')
    return {"stdout": _lines(out), "stderr": _lines(err), "returnCode": code}


def _failed(message: str) -> dict[str, object]:
    return {"stdout": "", "stderr": f"Exception occurred: {message}", "returnCode": _KILLED}


def _lines(data: bytearray) -> str:
    """Return the text with a line break after each line, also after the last."""
    return "".join(f"{line}\n" for line in data.decode(errors="replace").splitlines())


@system.method("launchApp", "String")
def launch_app(automator: Automator, package: str) -> bool:
    """Start an app from its launcher activity; False when there is none."""
    return automator.phone.start_app(package)


@system.method("getConfigurator", "")
def get_configurator(automator: Automator) -> Mapping[str, int]:
    """Return how long the server waits for what."""
    return automator.configurator.as_json()


@system.method("setConfigurator", "ConfiguratorInfo")
def set_configurator(automator: Automator, wanted: Mapping[str, int] | None) -> Mapping[str, int]:
    """Change how long the server waits for what, until it ends."""
    if wanted is None:
        raise NullPointer
    automator.configurator = automator.configurator.changed(wanted)
    return automator.configurator.as_json()


@system.method("waitForWindowUpdate", "String, long")
async def wait_for_window_update(automator: Automator, package: str | None, milliseconds: int) -> bool:
    """Wait until the screen changes; False when another package is in front, or the time is over."""
    if package not in (None, automator.package):
        return False
    loop = asyncio.get_running_loop()
    deadline, before = loop.time() + milliseconds / 1000, automator.appearance()
    while (left := deadline - loop.time()) > 0:
        await asyncio.sleep(min(_POLL, left))
        if automator.appearance() != before:
            return True
    return False
