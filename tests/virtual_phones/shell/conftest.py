"""A phone whose shell is called directly, without adb."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.channels import Streams, once
from virtual_phones.shell.session import Session
from virtual_phones.system.traits import Traits
from virtual_phones.windows.equipment import Equipment

Shell = Callable[..., tuple[str, int]]


@pytest.fixture
def phone() -> VirtualPhone:
    """A phone about which nothing is particular, without apps."""
    phone = VirtualPhone("virtual", "Virtual One", Faults(), [])
    phone.traits, phone.equipment = Traits(), Equipment()
    return phone


@pytest.fixture
def shell(phone: VirtualPhone) -> Shell:
    """Runs a line in a new shell and returns what both outputs got, and the exit code."""

    async def run(line: str, stdin: bytes) -> tuple[str, int]:
        output = bytearray()

        async def collect(data: bytes) -> None:
            output.extend(data)

        code = await Session(phone).run(line, Streams(once(stdin), collect, collect))
        return output.decode(errors="replace"), code

    def shell(line: str, stdin: bytes = b"") -> tuple[str, int]:
        return asyncio.run(run(line, stdin))

    return shell
