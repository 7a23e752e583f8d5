"""`adb reverse`: a table of ports; nothing on a virtual phone connects to them."""

from __future__ import annotations

from phonefleet.virtual.wire.stream import Stream

_TRANSPORT = "host-1"
"""The first column of `adb reverse --list`: the name of the transport, as adbd gives it."""


class Reverses:
    """The reverse forwards of one phone, phone side to computer side."""

    def __init__(self) -> None:
        self._table: dict[str, str] = {}

    async def answer(self, stream: Stream, request: str) -> None:
        """Answer one request, such as `forward:tcp:6100;tcp:7100`."""
        verb, _, rest = request.partition(":")
        match verb:
            case "forward":
                reply = self._forward(rest)
            case "killforward":
                reply = _okay() if self._table.pop(rest, None) else _fail(f"listener '{rest}' not found")
            case "killforward-all":
                self._table.clear()
                reply = _okay()
            case "list-forward":
                lines = [f"{_TRANSPORT} {phone} {computer}\n" for phone, computer in self._table.items()]
                reply = _block("".join(lines))
            case _:
                reply = _fail(f"unknown request: {verb}")
        await stream.write(reply)

    def _forward(self, rest: str) -> bytes:
        norebind = rest.startswith("norebind:")
        phone, _, computer = rest.removeprefix("norebind:").partition(";")
        if not computer:
            return _fail(f"bad forward: {rest}")
        if norebind and phone in self._table:
            return _fail(f"cannot rebind existing socket {phone}")
        if phone == "tcp:0":
            phone = f"tcp:{40000 + len(self._table)}"
            self._table[phone] = computer
            return _okay() + _block(phone.removeprefix("tcp:"))
        self._table[phone] = computer
        return _okay()


def _okay() -> bytes:
    return b"OKAY"


def _block(text: str) -> bytes:
    return f"{len(text.encode()):04x}{text}".encode()


def _fail(message: str) -> bytes:
    return b"FAIL" + _block(message)
