"""Shows a fleet's phones under odd names, drawn by its seed, beside lines of phones that cannot work."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from virtual_phones.names.arrangement import ODD_NAMES, UNUSABLE, lines
from virtual_phones.names.front import AdbFront


@asynccontextmanager
async def odd_names(adb_port: int | None, serials: Sequence[str], seed: int) -> AsyncGenerator[AdbFront | None]:
    """Run a front of the real adb server on `adb_port` inside of the block; without a port, do nothing.

    As many phones as there are odd names get one, the others are shown as they are.
    """
    if adb_port is None:
        yield None
        return
    async with AdbFront(adb_port) as front:
        names = random.Random(seed).sample(ODD_NAMES, len(ODD_NAMES))  # noqa: S311 - repeatable names, no secrets
        for serial, name in zip(serials, names, strict=False):
            front.show(serial, name)
        front.add(*lines(UNUSABLE))
        yield front
