"""`adb reverse`: ports of the phone that lead to the computer, over the connection on which they were asked for."""

from __future__ import annotations

from functools import partial

from virtual_phones.phone import VirtualPhone
from virtual_phones.wire.stream import OpenBack, Stream

_TRANSPORT = "host-1"
"""The first column of `adb reverse --list`: the name of the transport, as adbd gives it."""
_FIRST_FREE = 40_000


class Reverses:
    """The reverse forwards of one phone, phone side to computer side; programs on the phone find them by port."""

    def __init__(self, phone: VirtualPhone) -> None:
        self._phone = phone
        self._table: dict[str, str] = {}

    async def answer(self, stream: Stream, request: str) -> None:
        """Answer one request, such as `forward:tcp:6100;tcp:7100`."""
        verb, _, rest = request.partition(":")
        match verb:
            case "forward":
                reply = self._forward(rest, stream.open_back)
            case "killforward":
                reply = _okay() if self._remove(rest) else _fail(f"listener '{rest}' not found")
            case "killforward-all":
                for phone in list(self._table):
                    self._remove(phone)
                reply = _okay()
            case "list-forward":
                lines = [f"{_TRANSPORT} {phone} {computer}\n" for phone, computer in self._table.items()]
                reply = _block("".join(lines))
            case _:
                reply = _fail(f"unknown request: {verb}")
        await stream.write(reply)

    def _forward(self, rest: str, open_back: OpenBack) -> bytes:
        norebind = rest.startswith("norebind:")
        phone, _, computer = rest.removeprefix("norebind:").partition(";")
        if not computer:
            return _fail(f"bad forward: {rest}")
        if norebind and phone in self._table:
            return _fail(f"cannot rebind existing socket {phone}")
        chosen = f"tcp:{_FIRST_FREE + len(self._table)}" if phone == "tcp:0" else phone
        self._table[chosen] = computer
        if (port := _port(chosen)) is not None:
            self._phone.reversed[port] = partial(open_back, computer)
        return _okay() + (_block(chosen.removeprefix("tcp:")) if chosen != phone else b"")

    def _remove(self, phone: str) -> bool:
        if (port := _port(phone)) is not None:
            self._phone.reversed.pop(port, None)
        return self._table.pop(phone, None) is not None


def _port(address: str) -> int | None:
    kind, _, port = address.partition(":")
    return int(port) if kind == "tcp" and port.isdecimal() else None


def _okay() -> bytes:
    return b"OKAY"


def _block(text: str) -> bytes:
    return f"{len(text.encode()):04x}{text}".encode()


def _fail(message: str) -> bytes:
    return b"FAIL" + _block(message)
