"""Connects our adb server to the virtual phones, before API and worker use it."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from adbutils import AdbError

from deployments.supervision.service import ServiceFailed
from phonefleet.clock import StopSignal
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.errors import PhonefleetError
from phonefleet.words import say

PATIENCE = timedelta(seconds=60)
TURN = timedelta(milliseconds=50)
CONNECTED = "device"
"""The state that adb reports for a phone that is ready."""


def extra_names(addresses: Sequence[str], seed: int) -> list[str]:
    """Return a second address for one of the phones, chosen by the seed; none without phones.

    A real phone may be listed twice by adb, such as by USB and by network; this makes virtual phones do the same.
    """
    ports = [address.rpartition(":")[2] for address in addresses]
    return [f"localhost:{random.Random(seed).choice(ports)}"] if ports else []  # noqa: S311 - no secret


def connect_all(client: FastAdbClient, serials: Sequence[str], stop: StopSignal) -> None:
    """Connect adb to all phones and return when it reports all of them ready.

    Raises:
        ServiceFailed: some were not ready in time.
        Interrupted: the stop signal was set meanwhile.

    """
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while missing := _missing(client, serials):
        if time.monotonic() > deadline:
            message = say(
                "launcher.adb_does_not_get_through",
                "adb does not get through to the virtual phones {missing}.",
                missing=", ".join(missing),
            )
            raise ServiceFailed(message)
        for serial in missing:
            stop.check()
            with suppress(AdbError, PhonefleetError, OSError):
                client.connect(serial)
        stop.wait(TURN)


def _missing(client: FastAdbClient, serials: Sequence[str]) -> list[str]:
    try:
        states = client.states()
    except (AdbError, PhonefleetError, OSError):
        states = {}
    return [serial for serial in serials if states.get(serial) != CONNECTED]
