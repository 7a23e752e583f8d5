"""What a command of the phone's shell is: a function from a call to a reply, or a program that reads and writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from virtual_phones.phone import VirtualPhone


class Channels(Protocol):
    """The standard streams of a program."""

    async def read(self) -> bytes:
        """Return what has arrived on standard input, empty at its end."""
        ...

    async def out(self, data: bytes) -> None:
        """Write to standard output."""
        ...

    async def err(self, data: bytes) -> None:
        """Write to standard error."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One command as it was called: `name` is argv[0], `args` what follows it."""

    phone: VirtualPhone
    name: str
    args: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def first(self) -> str:
        """The first argument, or an empty text."""
        return self.args[0] if self.args else ""

    def option(self, *names: str) -> str | None:
        """Return the argument after the first of these options, if there is one."""
        for option, value in zip(self.args, self.args[1:], strict=False):
            if option in names:
                return value
        return None

    def plain(self, *with_value: str) -> list[str]:
        """Return the arguments that are no options; options named here swallow the argument after them."""
        found: list[str] = []
        rest = iter(self.args)
        for argument in rest:
            if argument in with_value:
                next(rest, None)
            elif not argument.startswith("-") or argument == "-":
                found.append(argument)
        return found

    def below(self) -> Call:
        """Return the call without its first argument, which becomes the name (`pm list`, `toybox md5sum`)."""
        return Call(self.phone, self.first, self.args[1:], self.environment)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command wrote, and its exit code."""

    out: str | bytes = b""
    code: int = 0
    err: str = ""


def failure(message: str, code: int = 1) -> Reply:
    """Return a reply that says on standard error what is wrong."""
    return Reply(code=code, err=message.rstrip("\n") + "\n")


Command = Callable[[Call], Reply]
"""Answers at once."""

Program = Callable[[Call, Channels], Awaitable[int]]
"""Reads, writes or goes on for a while; returns its exit code, and is cancelled when the computer closes the stream."""
