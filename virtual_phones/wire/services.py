"""Which service of the daemon answers which name: the table behind every OPEN packet."""

from __future__ import annotations

import shlex
from dataclasses import replace

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.commands.toybox import proc
from virtual_phones.wire import sync
from virtual_phones.wire.connection import Service
from virtual_phones.wire.framebuffer import send_framebuffer
from virtual_phones.wire.reverse import Reverses
from virtual_phones.wire.shell_service import ShellOptions, serve_shell
from virtual_phones.wire.stream import Stream

FEATURES = ("shell_v2", "cmd", "abb", "abb_exec", *sync.FEATURES)
"""What the phone announces to the computer, which uses nothing else."""

_REMARKS = {
    "root": "adbd cannot run as root in production builds\n",
    "unroot": "adbd not running as root\n",
    "remount": 'Not running as root. Try "adb root" first.\n',
    "usb": "restarting in USB mode\n",
    "disable-verity": "verity cannot be disabled: this is a user build\n",
    "enable-verity": "verity is already enabled\n",
}  # fmt: skip
"""Services that only say something. None of them changes a phone with a user build."""


class Services:
    """The services of one phone."""

    def __init__(self, phone: VirtualPhone) -> None:
        self._phone = phone
        self._reverses = Reverses(phone)

    def find(self, name: str) -> Service | None:
        """Return what serves the name, or None when the phone refuses it."""
        kind, _, rest = name.partition(":")
        kind, _, options = kind.partition(",")
        match kind:
            case "shell" | "exec":
                parsed = ShellOptions.parse(options, rest)
                old = self._phone.traits.crlf and kind == "shell" and not parsed.framed
                return self._shell(replace(parsed, crlf=old), rest)
            case "abb" | "abb_exec":
                return self._shell(ShellOptions(framed=kind == "abb", pty=False), _abb_line(rest))
            case "tcp":
                return self._tcp(rest)
            case _:
                return self._data(kind, rest) or self._remark(kind, rest)

    def _data(self, kind: str, rest: str) -> Service | None:
        """Return what moves files, pictures and ports."""
        match kind:
            case "sync":
                return lambda stream: sync.SyncSession(stream, self._phone.files, self._read_made_up).run()
            case "reverse":
                return lambda stream: self._reverses.answer(stream, rest)
            case "framebuffer":
                return lambda stream: send_framebuffer(stream, self._phone)
            case _:
                return None

    def _read_made_up(self, path: str) -> bytes | None:
        return proc.read(self._phone, path)

    def _shell(self, options: ShellOptions, command: str) -> Service:
        return lambda stream: serve_shell(self._phone, stream, options, command)

    def _tcp(self, port: str) -> Service | None:
        """Reach the uiautomator server, or what else listens on the phone."""
        phone = self._phone
        if port == str(phone.u2_port):
            return phone.u2.serve if phone.u2.accepts() else None
        return phone.listeners.get(int(port)) if port.isdecimal() else None

    def _remark(self, kind: str, rest: str) -> Service | None:
        match kind:
            case "tcpip":
                return _say(f"restarting in TCP mode port: {rest}\n")
            case "reboot":
                return self._restart
            case "jdwp" | "track-jdwp" if not rest:
                return _no_debuggable_processes
            case _ if kind in _REMARKS:
                return _say(_REMARKS[kind])
            case _:
                return None

    async def _restart(self, stream: Stream) -> None:
        await stream.close()
        self._phone.reboot()


def _abb_line(arguments: str) -> str:
    """Return what calls a system service directly (its name and its arguments, ended by zeros) as a command line."""
    return shlex.join(["cmd", *arguments.split("\0")])


def _say(text: str) -> Service:
    async def say(stream: Stream) -> None:
        await stream.write(text.encode())

    return say


async def _no_debuggable_processes(stream: Stream) -> None:
    """List the debuggable processes, none, and stay open as long as the computer listens."""
    await stream.write(b"0000")
    while await stream.read():
        pass
